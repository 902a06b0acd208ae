/// A model of this node's registry: one verified file and the names it goes by.
public struct Model: Sendable, Equatable {
    public enum State: String, Sendable, Codable, CaseIterable {
        /// Its file was held against its digest and has not changed since.
        case ready
        /// Its file no longer has its digest, or is gone; it will not be loaded.
        case corrupt
    }

    /// The name it was added under; names given later are aliases.
    public var name: ModelName
    /// Every name, ascending, the first one among them.
    public var names: [ModelName]
    public var digest: SHA256Digest
    /// Bytes of the file.
    public var size: Int64
    public var state: State
    public var description: ModelDescription
    /// Milliseconds since 1970.
    public var addedAt: Int64
    public var verifiedAt: Int64

    public init(
        name: ModelName, names: [ModelName], digest: SHA256Digest, size: Int64, state: State, description: ModelDescription,
        addedAt: Int64, verifiedAt: Int64
    ) {
        self.name = name
        self.names = names
        self.digest = digest
        self.size = size
        self.state = state
        self.description = description
        self.addedAt = addedAt
        self.verifiedAt = verifiedAt
    }
}
