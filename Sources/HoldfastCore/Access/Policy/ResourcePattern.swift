/// The resources a rule grants its verbs on: `*`, `node`, or `model:` and a glob. A glob without a tag means every tag.
public struct ResourcePattern: Hashable, Sendable, CustomStringConvertible {
    enum Form: Hashable, Sendable {
        case any
        case node
        case model(name: Glob, tag: Glob)
    }

    /// As written.
    public let text: String
    let form: Form
    public var description: String { text }

    /// Reads a pattern.
    /// - Throws: ``PatternError`` with what is wrong.
    init(parsing text: String) throws(PatternError) {
        self.text = text
        switch text {
        case "*": form = .any
        case "node": form = .node
        default:
            guard text.hasPrefix("model:") else {
                throw PatternError(
                    why: "a resource is 'node', '*', or 'model:' and a glob\(text.contains(":") ? "" : "; did you mean 'model:\(text)'?")")
            }
            form = try Self.model(text.dropFirst(6))
        }
    }

    struct PatternError: Error { let why: String }

    private static func model(_ text: Substring) throws(PatternError) -> Form {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.utf8.count <= 255 else { throw PatternError(why: "it is longer than 255 bytes") }
        guard parts.allSatisfy({ !$0.isEmpty }) else { throw PatternError(why: "a part of it is empty") }
        for part in parts.dropFirst() where part.contains(":") || part.contains("/") {
            throw PatternError(why: "a tag has neither ':' nor '/'")
        }
        guard parts.joined().utf8.allSatisfy(isAllowed) else {
            throw PatternError(why: "only letters, digits, '.', '_', '-', '/', '*' and '?' may be used")
        }
        let name = Glob(parts[0])
        if name.isLiteral, (try? ModelName(parsing: parts[0])) == nil {
            throw PatternError(why: "no model can be named '\(parts[0])'")
        }
        return .model(name: name, tag: parts.count == 2 ? Glob(parts[1]) : Glob("*"))
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: ".-_/*?".utf8.contains(byte)
        }
    }

    /// Whether it can stand for a resource of this kind at all.
    func fits(_ kind: ResourceKind) -> Bool {
        switch form {
        case .any: true
        case .node: kind == .node
        case .model: kind == .model
        }
    }

    /// Whether it stands for this resource.
    public func matches(_ resource: Resource) -> Bool {
        switch (form, resource) {
        case (.any, _), (.node, .node): true
        case (.model(let name, let tag), .model(let model)): name.matches(model.name) && tag.matches(model.tag)
        case (.node, .model), (.model, .node): false
        }
    }
}
