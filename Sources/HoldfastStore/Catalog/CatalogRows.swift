public import HoldfastCore

/// A file that was uploaded to a catalog.
public struct CatalogBlob: Sendable, Equatable {
    public var digest: SHA256Digest
    /// Bytes.
    public var size: Int64
    /// What the file was found to be; opaque to the store.
    public var variant: [UInt8]
    /// Milliseconds since 1970.
    public var time: Int64

    public init(digest: SHA256Digest, size: Int64, variant: [UInt8], time: Int64) {
        self.digest = digest
        self.size = size
        self.variant = variant
        self.time = time
    }
}

/// The newest director document of a node.
public struct CatalogDirector: Sendable, Equatable {
    public var node: String
    public var version: Int
    public var bytes: [UInt8]

    public init(node: String, version: Int, bytes: [UInt8]) {
        self.node = node
        self.version = version
        self.bytes = bytes
    }
}
