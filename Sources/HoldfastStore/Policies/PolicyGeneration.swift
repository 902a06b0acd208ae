public import HoldfastCore

/// What is known of a policy that was put in force.
public struct PolicyGeneration: Sendable, Equatable {
    /// How it came about; stored by these words.
    public enum Source: String, Sendable, CaseIterable {
        /// The daemon's first start, from its directory.
        case start
        /// SIGHUP, from the daemon's directory.
        case signal
        /// `holdfast access policy apply`.
        case apply
        /// `holdfast access policy rollback`.
        case rollback
    }

    /// From 1, without gaps.
    public var number: Int64
    /// Of its files, see `PolicySource`.
    public var digest: SHA256Digest
    public var authorUID: UInt32
    public var source: Source
    /// Of a rollback: the generation whose files it has.
    public var copiedFrom: Int64?
    /// Milliseconds since 1970.
    public var time: Int64
}

/// A generation with its files.
public struct StoredPolicy: Sendable, Equatable {
    public var generation: PolicyGeneration
    /// By name.
    public var files: [PolicySource]
}
