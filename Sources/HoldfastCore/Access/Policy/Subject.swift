/// Who a binding gives its role to. Names are resolved when a policy is loaded, numbers are used as they are.
public enum Subject: Hashable, Sendable, CustomStringConvertible {
    case user(String)
    case uid(UInt32)
    case group(String)
    case gid(UInt32)
    /// The holder of the access token of this name.
    case token(String)
    /// Whoever reaches the application socket of this name.
    case app(String)
    /// Whoever reaches the loopback listener without a token.
    case loopback

    /// As in a policy: `user:kiosk`, `gid:2000`, `token:tablet-1`, `loopback`.
    public var description: String {
        switch self {
        case .user(let name): "user:\(name)"
        case .uid(let id): "uid:\(id)"
        case .group(let name): "group:\(name)"
        case .gid(let id): "gid:\(id)"
        case .token(let name): "token:\(name)"
        case .app(let name): "app:\(name)"
        case .loopback: "loopback"
        }
    }

    struct SubjectError: Error { let why: String }

    static let kinds = ["user", "uid", "group", "gid", "token", "app"]
    static let forms = "user:NAME, uid:N, group:NAME, gid:N, token:NAME, app:NAME or loopback"

    /// Reads `user:NAME`, `uid:N`, `group:NAME`, `gid:N`, `token:NAME`, `app:NAME` or `loopback`.
    /// - Throws: ``HoldfastError`` `invalid_request`.
    public init(parsing text: some StringProtocol) throws {
        do throws(SubjectError) {
            if text == "loopback" {
                self = .loopback
                return
            }
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw SubjectError(why: "a subject is \(Self.forms)") }
            self = try Subject(kind: String(parts[0]), value: String(parts[1]))
        } catch {
            throw HoldfastError(.invalidRequest, "'\(text.prefix(80))' is not a subject: \(error.why).", hint: "holdfast access whoami")
        }
    }

    init(kind: String, value: String) throws(SubjectError) {
        switch kind {
        case "user": self = .user(try Self.name(value, orNumberAs: "uid"))
        case "group": self = .group(try Self.name(value, orNumberAs: "gid"))
        case "uid": self = .uid(try Self.id(value))
        case "gid": self = .gid(try Self.id(value))
        case "token": self = .token(try Self.ownName(value))
        case "app": self = .app(try Self.ownName(value))
        default:
            throw SubjectError(why: "'\(kind)' is no kind of subject\(Nearest.suggestion(for: kind, among: Self.kinds))")
        }
    }

    /// Names are looked up, never used as a path; the rules are those of systemd's relaxed user names.
    private static func name(_ text: String, orNumberAs number: String) throws(SubjectError) -> String {
        guard (1...256).contains(text.utf8.count) else { throw SubjectError(why: "a name has 1 to 256 bytes") }
        guard !text.utf8.allSatisfy({ (48...57).contains($0) }) else { throw SubjectError(why: "a number is written \(number):\(text)") }
        guard !text.hasPrefix("-"),
            text.unicodeScalars.allSatisfy({ $0.value > 32 && $0.value != 127 && !":/*?".unicodeScalars.contains($0) })
        else { throw SubjectError(why: "'\(text)' cannot be a name; subjects have no globs") }
        return text
    }

    /// Names that this node itself gives, to tokens and application sockets.
    private static func ownName(_ text: String) throws(SubjectError) -> String {
        guard NamedSubject.isName(text) else {
            throw SubjectError(why: "a name is lower-case letters, digits and '-', a letter first, at most 63")
        }
        return text
    }

    private static func id(_ text: String) throws(SubjectError) -> UInt32 {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let id = UInt32(text), String(id) == text, id != .max else {
            throw SubjectError(why: "'\(text)' is not a number from 0 to 4294967294 in plain digits")
        }
        guard id != Caller.overflowID else {
            throw SubjectError(why: "65534 is what the kernel shows for every id it cannot express; it must never be granted anything")
        }
        return id
    }
}

/// What a subject comes down to on this machine.
enum Principal: Hashable, Sendable {
    case uid(UInt32)
    case gid(UInt32)
    case token(String)
    case app(String)
    case loopback

    /// What the kernel knows it by; nil for what only this node knows.
    var id: UInt32? {
        switch self {
        case .uid(let id), .gid(let id): id
        case .token, .app, .loopback: nil
        }
    }
}
