/// What the verification of an export found.
public struct ExportVerification: Sendable, Equatable {
    public struct Problem: Sendable, Equatable {
        /// The first record that does not fit; nil when the fault lies in the file as a whole.
        public let index: Int?
        /// A sentence.
        public let what: String
    }

    /// The log the file says it is of; nil when its first line cannot be read. Believe it only when the export holds.
    public var origin: String?
    /// What the exporter filtered by, as the file says; nothing proves it.
    public var filter: String?
    /// The records the file is about.
    public var range: Range<Int> = 0..<0
    /// Records whose content is in the file and fits.
    public var shown = 0
    /// Records of which the file has the hash alone, by the reason it gives.
    public var withheld: [ExportWithheld: Int] = [:]
    /// Set when its signature holds.
    public var checkpoint: Checkpoint?
    public var problem: Problem?

    /// Every record shown is, in its place, what the log's key signed, and the rest of the range is accounted for.
    public var holds: Bool { problem == nil && checkpoint != nil }
}
