import Glibc

/// Where a node's state is and how much of the disk it may take.
public struct StoreOptions: Sendable {
    public var stateDirectory: String
    /// The most bytes all blobs together may have; nil for no bound but the disk.
    public var quotaBytes: Int64?
    /// Bytes a blob must leave free on the file system.
    public var reserveBytes: Int64
    /// Milliseconds since 1970.
    public var now: @Sendable () -> Int64

    public init(
        stateDirectory: String, quotaBytes: Int64? = nil, reserveBytes: Int64 = 0, now: @escaping @Sendable () -> Int64 = Self.wallClock
    ) {
        self.stateDirectory = stateDirectory
        self.quotaBytes = quotaBytes
        self.reserveBytes = reserveBytes
        self.now = now
    }

    public static let wallClock: @Sendable () -> Int64 = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
