/// Turns records into a file, one after the other, in the order of their numbers. Nothing is kept but what the format needs to go on.
///
/// A use: ``header()``, then for each number of the range either ``record(index:bytes:)`` or ``withheld(_:_:leaves:)``, then ``footer()``.
public protocol AuditExporter: Sendable {
    mutating func header() throws -> [UInt8]

    /// - Parameter bytes: the record's canonical bytes, as they lie in the log.
    mutating func record(index: Int, bytes: [UInt8]) throws -> [UInt8]

    /// Records that are not shown. A format that proves nothing leaves them out.
    /// - Parameter leaves: their hashes in the tree, one for each number of `range`.
    mutating func withheld(_ range: Range<Int>, _ reason: ExportWithheld, leaves: [MerkleHash]) throws -> [UInt8]

    mutating func footer() throws -> [UInt8]
}

extension AuditExporter {
    public mutating func header() throws -> [UInt8] { [] }
    public mutating func withheld(_ range: Range<Int>, _ reason: ExportWithheld, leaves: [MerkleHash]) throws -> [UInt8] { [] }
    public mutating func footer() throws -> [UInt8] { [] }
}

/// Why an export has a record's hash and not its content.
public enum ExportWithheld: String, Sendable, CaseIterable {
    /// The one who exported asked for others.
    case filter
    /// Its bundle was sealed: the node no longer has the content.
    case sealed
    /// It was pruned under the retention policy.
    case pruned
}

/// What `audit export --format` takes.
public enum AuditExportFormat: String, Sendable, CaseIterable {
    /// The records verbatim, with the proof that they are what the node signed. The only format `audit verify --file` reads.
    case jsonl
    /// One OCSF event a line.
    case ocsf
    /// ArcSight Common Event Format, one event a line, without a syslog header.
    case cef
    /// RFC 4180, for spreadsheets.
    case csv

    public var mediaType: String {
        switch self {
        case .jsonl, .ocsf: "application/x-ndjson"
        case .cef: "text/plain; charset=utf-8"
        case .csv: "text/csv; charset=utf-8; header=present"
        }
    }

    public func exporter(_ context: ExportContext) -> any AuditExporter {
        switch self {
        case .jsonl: JSONLinesExporter(context)
        case .ocsf: OCSFExporter(context)
        case .cef: CEFExporter(context)
        case .csv: CSVExporter()
        }
    }
}

/// What an export is of.
public struct ExportContext: Sendable {
    /// The log's origin, `holdfast.local/node/…`.
    public var origin: String
    /// Of Holdfast, for formats that name their product.
    public var productVersion: String
    public var proof: ExportProof
    /// What the caller filtered by, in words; shown in the file, proved by nothing.
    public var filter: String?
    /// The handovers of the log's key, so that any one of its keys is enough to check the file.
    public var successions: [KeySuccession]

    public init(
        origin: String, productVersion: String, proof: ExportProof, filter: String? = nil, successions: [KeySuccession] = []
    ) {
        self.origin = origin
        self.productVersion = productVersion
        self.proof = proof
        self.filter = filter
        self.successions = successions
    }
}
