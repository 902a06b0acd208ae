import Glibc

/// What changes when a file is replaced or written to: a blob whose fingerprint is no longer the stored one is verified before it is used.
public struct BlobFingerprint: Hashable, Sendable {
    public var device: UInt64
    public var inode: UInt64
    /// Bytes.
    public var size: Int64
    /// `st_ctim` in nanoseconds since 1970; no program can set it.
    public var changeTime: Int64

    public init(device: UInt64, inode: UInt64, size: Int64, changeTime: Int64) {
        self.device = device
        self.inode = inode
        self.size = size
        self.changeTime = changeTime
    }

    init(_ status: stat) {
        self.init(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
            changeTime: Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec))
    }
}
