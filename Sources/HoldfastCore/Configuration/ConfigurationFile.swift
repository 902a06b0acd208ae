import Yams

/// A YAML file as dotted keys with their text and line: `engine.threads`, `2`, `/etc/holdfast/holdfast.yaml:7`.
///
/// Every value must be a scalar: the node's configuration has no lists.
public struct ConfigurationFile: Sendable {
    public struct Entry: Sendable, Equatable {
        public let value: String
        /// `file:line`, or the variable or flag that set it.
        public let origin: String

        public init(value: String, origin: String) {
            self.value = value
            self.origin = origin
        }
    }

    public let entries: [String: Entry]

    /// - Throws: ``HoldfastError`` `configuration_invalid` with the file and line.
    public init(parsing text: String, file: String) throws {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw Self.refusal("\(file) is not YAML: \(error)")
        }
        var entries: [String: Entry] = [:]
        if let root, root != Node("") { try Self.collect(root, under: "", file: file, into: &entries) }
        self.entries = entries
    }

    private static func collect(_ node: Node, under prefix: String, file: String, into entries: inout [String: Entry]) throws {
        let origin = "\(file):\(node.mark?.line ?? 1)"
        guard let mapping = node.mapping else { throw refusal("\(origin): '\(prefix)' must hold keys and values.") }
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { throw refusal("\(origin): a key must be a word.") }
            let path = prefix.isEmpty ? name : "\(prefix).\(name)"
            switch value {
            case .scalar(let scalar):
                entries[path] = Entry(value: scalar.string, origin: "\(file):\(value.mark?.line ?? 1)")
            case .mapping: try collect(value, under: path, file: file, into: &entries)
            default: throw refusal("\(file):\(value.mark?.line ?? 1): '\(path)' must be one value.")
            }
        }
    }

    static func refusal(_ message: String) -> HoldfastError {
        HoldfastError(.configurationInvalid, message, hint: "docs/configuration.md lists every key")
    }
}
