import Glibc

/// Where a node's state is and how much of the disk it may take.
public struct StoreOptions: Sendable {
    public enum Kind: Sendable { case node, catalog }

    public var stateDirectory: String
    /// The most bytes all blobs together may have; nil for no bound but the disk.
    public var quotaBytes: Int64?
    /// Bytes a blob must leave free on the file system.
    public var reserveBytes: Int64
    /// Size of STATE/reserve, which is given up when the disk is full; 0 keeps none, and then a full disk refuses only what does not fit.
    public var auditReserveBytes: Int64
    /// `$CREDENTIALS_DIRECTORY` of systemd: a file `audit-key` in it is the signing key, instead of one in the state directory.
    public var credentialsDirectory: String?
    /// What the state is of: a catalog has tables of its own beside a node's, and neither opens the other's.
    public var kind: Kind = .node
    /// Milliseconds since 1970.
    public var now: @Sendable () -> Int64
    /// Whether `now` is what the machine's clock shows; records say so where it is not.
    public var isClockTrusted: @Sendable () -> Bool = { true }
    /// Is told the newest time that this node has lived through, before anything is recorded.
    public var learnTime: @Sendable (Int64) -> Void = { _ in }
    /// How long the machine has run: what days of tokens are counted by.
    public var machine: @Sendable () -> MachineTime

    public init(
        stateDirectory: String, quotaBytes: Int64? = nil, reserveBytes: Int64 = 0, auditReserveBytes: Int64 = 0,
        credentialsDirectory: String? = nil,
        now: @escaping @Sendable () -> Int64 = Self.wallClock, machine: @escaping @Sendable () -> MachineTime = MachineTime.system
    ) {
        self.stateDirectory = stateDirectory
        self.quotaBytes = quotaBytes
        self.reserveBytes = reserveBytes
        self.auditReserveBytes = auditReserveBytes
        self.credentialsDirectory = credentialsDirectory
        self.now = now
        self.machine = machine
    }

    public static let wallClock: @Sendable () -> Int64 = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
