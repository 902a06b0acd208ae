/// How much memory there is, at one moment.
public struct MemoryReading: Sendable, Equatable {
    public enum Limit: String, Sendable {
        case machine
        case cgroup
    }

    /// Bytes that could be had without swapping; pages of files count as available, also mapped ones.
    public var availableBytes: Int64
    /// Bytes there are at all.
    public var totalBytes: Int64
    /// What allows the least.
    public var limit: Limit

    public init(availableBytes: Int64, totalBytes: Int64, limit: Limit = .machine) {
        self.availableBytes = availableBytes
        self.totalBytes = totalBytes
        self.limit = limit
    }
}

/// What a process has of it, in bytes.
public struct MemoryUse: Sendable, Equatable {
    public var residentBytes: Int64
    /// Of it, what is no file's page: it cannot be had back while the process lives.
    public var anonymousBytes: Int64
    /// The most that was ever resident.
    public var peakBytes: Int64

    public init(residentBytes: Int64, anonymousBytes: Int64, peakBytes: Int64) {
        self.residentBytes = residentBytes
        self.anonymousBytes = anonymousBytes
        self.peakBytes = peakBytes
    }
}

/// Reads memory: a seam, so that tests can have any machine.
public protocol MemoryGauge: Sendable {
    func reading() -> MemoryReading
    /// Nil when the process is gone.
    func use(of pid: Int32) -> MemoryUse?
}
