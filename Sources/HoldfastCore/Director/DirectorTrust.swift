extension TUFRoot {
    /// The keys that sign director documents; nil for a root that names none.
    public var directorKeys: [TUFKey] {
        get throws { try directorEntry?.keys ?? [] }
    }

    private var directorEntry: (keys: [TUFKey], threshold: Int)? {
        get throws {
            guard let value = header.other[DirectorDocument.rootMember] else { return nil }
            var fields = try TUFFields(value, what: "root.director")
            let threshold = try fields.integer("threshold", atLeast: 1)
            guard let list = try fields.take("keys").arrayValue else { throw fields.refused("'keys' is not a list") }
            return (try list.map { try TUFKey($0, what: "root.director") }, threshold)
        }
    }

    /// One signature of any of them is enough.
    public mutating func setDirectorKeys(_ keys: [TUFKey]) {
        header.other[DirectorDocument.rootMember] = .object(["keys": .array(keys.map(\.json)), "threshold": .integer(1)])
    }
}

extension DirectorDocument {
    /// Reads a document and holds it against the root's director keys. Whether it has expired or is older than one that was seen is the
    /// caller's to ask.
    /// - Parameter node: whose it must be.
    /// - Throws: ``HoldfastError`` `metadata_invalid`, `metadata_unsigned`.
    public init(verifying bytes: [UInt8], for node: String, by root: TUFRoot) throws {
        guard bytes.count <= Self.maximumBytes else {
            throw HoldfastError.metadata(Self.type, "it is longer than \(Self.maximumBytes) bytes")
        }
        let signed = try TUFSigned<DirectorDocument>(parsing: bytes)
        let keys = try root.directorKeys
        guard !keys.isEmpty else {
            throw HoldfastError(.metadataUnsigned, "The root names no director's key, so no director document can be trusted.")
        }
        let role = TUFRoleKeys(keys, threshold: 1)
        let keyring = TUFKeyring(role, keys: Dictionary(keys.map { ($0.id, $0) }) { first, _ in first })
        try keyring.check(signed.envelope, name: Self.type)
        guard signed.content.node == node else {
            throw HoldfastError.metadata(Self.type, "it is for the node '\(signed.content.node)', and this one is '\(node.prefix(80))'")
        }
        self = signed.content
    }

    /// Reads without verifying: what the catalog itself made.
    public init(reading bytes: [UInt8]) throws { self = try TUFSigned<DirectorDocument>(parsing: bytes).content }

    /// The file.
    public func signed(by signers: [any TUFSigning]) throws -> [UInt8] { try TUFSigned(signing: self, by: signers).envelope.bytes }
}
