public import HoldfastCore

/// How large a node's state is, and whether it can still be written.
public struct StoreStatus: Sendable {
    public var records: Int64
    /// Records the newest signed checkpoint covers.
    public var checkpointSize: Int64
    /// Database and write-ahead log.
    public var databaseBytes: Int64
    public var blobs: BlobUsage
    /// Set once a disk error has ended all writing.
    public var failure: HoldfastError?
}
