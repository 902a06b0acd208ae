/// One event of the Open Cybersecurity Schema Framework (OCSF 1.8.0, schema.ocsf.io) a line.
///
/// A lossy view: only ``JSONLinesExporter`` proves anything. `raw_data_hash` is the record's leaf hash, so that an event can be held
/// against the log it came from.
public struct OCSFExporter: AuditExporter {
    static let schemaVersion = "1.8.0"
    private let context: ExportContext

    public init(_ context: ExportContext) {
        self.context = context
    }

    /// A record this build cannot read becomes an event that says so.
    public mutating func record(index: Int, bytes: [UInt8]) throws -> [UInt8] {
        let leaf = MerkleHash.leaf(bytes)
        let event: OCSFEvent
        do {
            event = OCSFEvent(try AuditRecord(parsing: bytes), index: index, leaf: leaf, size: bytes.count, context: context)
        } catch {
            event = OCSFEvent(unreadable: index, leaf: leaf, size: bytes.count, context: context)
        }
        return try CanonicalJSON.object(event.members).serialized() + [UInt8(ascii: "\n")]
    }
}
