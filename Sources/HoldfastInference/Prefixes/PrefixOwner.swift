/// Who may gain from a saved prefix.
public enum PrefixOwner: Sendable, Hashable, CustomStringConvertible {
    /// Only who computed it: `uid:1000`, `app:kiosk`.
    case tenant(String)
    /// Everybody who may use the model: an administrator pinned this prompt.
    case pinned(id: String)

    /// What a pinned prompt is computed as. No caller's name has this form.
    static let pinningTenant = "(pinned)"

    public var description: String {
        switch self {
        case .tenant(let name): name
        case .pinned: "everybody"
        }
    }
}

/// All that a computed prefix depends on. Another value of any part, and the engine's bytes are of no use or, worse, of wrong use.
struct PrefixScope: Sendable, Hashable, Codable {
    /// The model's digest, hexadecimal.
    var model: String
    /// The engine's executable by digest, and its version as the installer wrote it.
    var engine: String
    var version: String
    /// The arguments that shape the engine's memory: context, types of keys and values, attention.
    var layout: String

    /// - Parameter arguments: an engine's command line.
    init(model: String, engine: String, version: String, arguments: [String]) {
        self.model = model
        self.engine = engine
        self.version = version
        layout = Self.layout(of: arguments)
    }

    /// Everything except where things are, how many threads compute, and how the next tokens are guessed before they are computed: an option
    /// this code does not know of counts as one that matters.
    private static func layout(of arguments: [String]) -> String {
        let places: Set = [
            "--model", "--host", "--alias", "--slot-save-path", "--threads", "--threads-batch", "--threads-http", "--spec-type",
        ]
        var kept: [String] = []
        var words = arguments[...]
        while let word = words.popFirst() {
            if places.contains(word) { _ = words.popFirst() } else { kept.append(word) }
        }
        return kept.joined(separator: " ")
    }

    /// One spelling for each value: it goes into every authenticated piece of a file.
    func bytes(for owner: PrefixOwner) -> [UInt8] {
        let whose: [String] =
            switch owner {
            case .tenant(let name): ["tenant", name]
            case .pinned: ["pinned"]
            }
        return ([model, engine, version, layout] + whose).flatMap { text in
            withUnsafeBytes(of: UInt32(text.utf8.count).bigEndian, Array.init) + Array(text.utf8)
        }
    }
}
