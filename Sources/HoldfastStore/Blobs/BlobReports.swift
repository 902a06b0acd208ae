public import HoldfastCore

/// What ``BlobStore/verify(_:progress:)`` found.
public enum VerifyResult: Hashable, Sendable {
    /// The file has its digest; the fingerprint is the one it had all along.
    case ok(BlobFingerprint)
    case corrupt(actual: SHA256Digest)
    /// There is no regular file of that name.
    case missing
}

/// What a collection removed.
public struct CollectedBlobs: Hashable, Sendable {
    public var files = 0
    public var bytes: Int64 = 0

    public init(files: Int = 0, bytes: Int64 = 0) {
        self.files = files
        self.bytes = bytes
    }
}

/// How full the blob store is; bytes throughout.
public struct BlobUsage: Hashable, Sendable {
    public var files: Int
    public var bytes: Int64
    /// nil when only the disk bounds it.
    public var quota: Int64?
    /// What the file system has left for others than root.
    public var free: Int64
    /// Announced by uploads that are under way.
    public var staged: Int64
}
