/// What one node should run: signed by the signer's director key, numbered, and with an end. A publication says what a model *is*; a node
/// installs what both name.
///
/// It has the form of a TUF role's metadata; its keys are in the root under ``rootMember``.
public struct DirectorDocument: TUFMetadata, Hashable {
    static let type = "director"
    /// The root's member with the director's keys: `{"keys": {…}, "keyids": […], "threshold": 1}`.
    static let rootMember = "x-holdfast-director"
    /// Bytes of the file.
    public static let maximumBytes = 256 << 10
    private static let maximumModels = 256

    public var header: TUFHeader
    public private(set) var node: String
    public var models: [DirectedModel]
    public var windows: Windows
    /// Whether the node's own administrators may run other models beside these.
    public var localOverride: Bool

    /// When what is allowed, in the node's own time; nil is always.
    public struct Windows: Hashable, Sendable {
        /// `22:00-05:00`
        public var download: String?
        public var activate: String?

        public init(download: String? = nil, activate: String? = nil) {
            self.download = download
            self.activate = activate
        }
    }

    /// - Throws: ``HoldfastError`` `name_invalid` for what cannot be a node's name.
    public init(node: String, version: Int = 1, expires: TUFTime, models: [DirectedModel]) throws {
        guard Self.isName(node) else {
            throw HoldfastError(
                .nameInvalid, "'\(node.prefix(80))' is no node's name: letters in lower case, digits, '.' and '-', at most 63.",
                field: "node")
        }
        header = TUFHeader(version: version, expires: expires)
        self.node = node
        self.models = models
        windows = Windows()
        localOverride = false
    }

    public static func isName(_ text: String) -> Bool {
        guard (1...63).contains(text.utf8.count), let first = text.utf8.first, first != 45, first != 46 else { return false }
        return text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 }
    }

    init(header: TUFHeader, fields: inout TUFFields) throws {
        let node = try fields.string("node")
        guard Self.isName(node) else { throw fields.refused("'node' is no node's name") }
        self.header = header
        self.node = node
        guard let list = try fields.take("models").arrayValue, list.count <= Self.maximumModels else {
            throw fields.refused("'models' is no list of at most \(Self.maximumModels)")
        }
        models = try list.map { try DirectedModel($0) }
        guard Set(models.map(\.name)).count == models.count else { throw fields.refused("a model is named twice") }
        windows = Windows()
        if let value = fields.takeOptional("windows") {
            var entry = try TUFFields(value, what: "director.windows")
            windows.download = try Self.window("download", &entry)
            windows.activate = try Self.window("activate", &entry)
        }
        localOverride = try fields.optionalBool("local_override") ?? false
    }

    private static func window(_ name: String, _ fields: inout TUFFields) throws -> String? {
        guard let value = fields.takeOptional(name) else { return nil }
        guard let text = value.stringValue, isWindow(text) else { throw fields.refused("'\(name)' is no time of day, as 22:00-05:00") }
        return text
    }

    /// `22:00-05:00`, or `03:00` for from then on.
    public static func isWindow(_ text: String) -> Bool {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        return (1...2).contains(ends.count)
            && ends.allSatisfy { end in
                let parts = end.split(separator: ":", omittingEmptySubsequences: false)
                guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }) else {
                    return false
                }
                return (Int(parts[0]) ?? 24) < 24 && (Int(parts[1]) ?? 60) < 60
            }
    }

    var members: [String: OLPCJSON] {
        var list: [String: OLPCJSON] = [:]
        list["download"] = windows.download.map { .string($0) }
        list["activate"] = windows.activate.map { .string($0) }
        return [
            "node": .string(node), "models": .array(models.map(\.json)), "windows": .object(list), "local_override": .bool(localOverride),
        ]
    }
}

/// One model that a node should have.
public struct DirectedModel: Hashable, Sendable {
    /// Without a tag.
    public var name: String
    /// Nil: whichever published one has the highest release counter.
    public var version: String?
    /// Of the manifest's variants; nil: the node's choice.
    public var device: String?
    /// Stays loaded.
    public var pinned: Bool

    /// - Throws: ``HoldfastError`` `name_invalid`.
    public init(name: String, version: String?, device: String? = nil, pinned: Bool = false) throws {
        let whole = try ModelName(parsing: name + ":" + (version ?? "latest"))
        self.name = whole.name
        self.version = version == nil ? nil : whole.tag
        self.device = device
        self.pinned = pinned
    }

    init(_ value: OLPCJSON) throws {
        var fields = try TUFFields(value, what: "director.models")
        let name = try fields.string("name")
        let version = try fields.takeOptional("version").map { value in
            guard let text = value.stringValue else { throw fields.refused("'version' is not a string") }
            return text
        }
        let device = try fields.takeOptional("device").map { value in
            guard let text = value.stringValue else { throw fields.refused("'device' is not a string") }
            return text
        }
        let pinned = try fields.optionalBool("pinned") ?? false
        do {
            try self.init(name: name, version: version, device: device, pinned: pinned)
        } catch {
            throw fields.refused("'name' or 'version' is none of a model")
        }
        guard self.name == name, self.version == version else { throw fields.refused("'name' or 'version' is not in lower case") }
    }

    var json: OLPCJSON {
        var members: [String: OLPCJSON] = ["name": .string(name), "pinned": .bool(pinned)]
        members["version"] = version.map { .string($0) }
        members["device"] = device.map { .string($0) }
        return .object(members)
    }
}
