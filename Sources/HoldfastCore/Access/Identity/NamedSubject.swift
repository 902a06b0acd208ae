/// Who a caller is where the kernel's ids do not say it: by a token, by the socket it was given, or by nothing but being on this machine.
public enum NamedSubject: Hashable, Sendable, CustomStringConvertible {
    /// The holder of the token of this name. It holds `role` without any binding, and what a policy gives `token:NAME` beside it.
    case token(name: String, role: String)
    /// Whoever reaches the application socket of this name.
    case app(String)
    /// Whoever reaches the loopback listener without a token, where the configuration lets them.
    case loopback
    /// Whoever reaches it and is nobody: shown in the audit trail, and never given anything.
    case anonymous

    /// As in audit records and, but for `anonymous`, in a policy.
    public var description: String {
        switch self {
        case .token(let name, _): "token:\(name)"
        case .app(let name): "app:\(name)"
        case .loopback: "loopback"
        case .anonymous: "anonymous"
        }
    }

    /// Reads what ``description`` wrote, for records that are asked again.
    /// - Parameter role: of a token with this name; nil when there is none any more.
    public init?(recorded text: String, role: (String) -> String?) {
        switch text {
        case "loopback": self = .loopback
        case "anonymous": self = .anonymous
        default:
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2, Self.isName(parts[1]) else { return nil }
            switch parts[0] {
            // No role has the empty name.
            case "token": self = .token(name: parts[1], role: role(parts[1]) ?? "")
            case "app": self = .app(parts[1])
            default: return nil
            }
        }
    }

    /// Names of tokens and application sockets follow the rule of role names, so that they can stand in policies, paths and URLs.
    public static func isName(_ text: String) -> Bool { Role.isName(text) }

    /// - Throws: ``HoldfastError`` `invalid_request`.
    public static func checkName(_ text: String, field: String) throws {
        guard isName(text) else {
            throw HoldfastError(
                .invalidRequest,
                "'\(text.prefix(80))' cannot be a name here: lower-case letters, digits and '-', a letter first, at most 63 characters.",
                hint: "choose a name such as kiosk-1", field: field)
        }
    }

    var principal: Principal? {
        switch self {
        case .token(let name, _): .token(name)
        case .app(let name): .app(name)
        case .loopback: .loopback
        case .anonymous: nil
        }
    }

    /// The role that comes with the credential and not from a binding.
    var ownRole: String? {
        guard case .token(_, let role) = self else { return nil }
        return role
    }
}
