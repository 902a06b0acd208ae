public import HoldfastCore

/// What ``AuditVerifier`` found.
public struct AuditReport: Sendable, Equatable {
    public struct Problem: Sendable, Equatable {
        /// The first record that does not fit or is missing; nil when the records fit and a checkpoint does not.
        public var index: Int64?
        /// The id the record at that place has, where one is there.
        public var recordID: String?
        /// A sentence for people.
        public var what: String
    }

    /// Whether every record is the one its checkpoint covers. Records after the newest checkpoint are only counted.
    public var holds: Bool { firstProblem == nil }
    /// Records in the database.
    public var size: Int64
    /// Records the newest validly signed checkpoint covers; 0 when there is none.
    public var checkpointSize: Int64
    /// The root computed over that many records; nil when not all are there.
    public var root: MerkleHash?
    /// Records whose content was hashed and held against the tree.
    public var checkedRecords: Int64
    /// Records whose entries went by a signed gap record that has the root over their hashes; they still count in the tree.
    public var removedRecords: Int64 = 0
    /// tlog-tiles: entries from here on are there. Those before may be gone.
    public var minimumIndex: Int64 = 0
    public var checkedCheckpoints: Int
    public var firstProblem: Problem?
    /// Records after the newest checkpoint, which nothing protects yet.
    public var unsignedRecords: Int64 { max(0, size - checkpointSize) }
}
