/// The verifiable export: the records' own bytes, their hashes a tile at a time, and what joins them to a signed checkpoint.
///
/// The same records and the same checkpoint give the same bytes.
public struct JSONLinesExporter: AuditExporter {
    private let context: ExportContext
    /// Leaf hashes since the last line of hashes: at most a tile.
    private var block: [MerkleHash] = []
    private var next: Int

    public init(_ context: ExportContext) {
        self.context = context
        next = context.proof.range.lowerBound
    }

    public mutating func header() throws -> [UInt8] {
        var members: [String: CanonicalJSON] = [
            "format": .string(ExportLine.format), "origin": .string(context.origin),
            "first": .integer(Int64(context.proof.range.lowerBound)), "left": Self.list(context.proof.left),
        ]
        members["filter"] = context.filter.map(CanonicalJSON.string)
        if !context.successions.isEmpty { members["successions"] = .array(context.successions.map { .string($0.note.encoded) }) }
        return try Self.line(.object(members))
    }

    /// - Throws: ``HoldfastError`` `audit_broken` when this is not the record whose turn it is.
    public mutating func record(index: Int, bytes: [UInt8]) throws -> [UInt8] {
        try check(index..<index + 1)
        block.append(.leaf(bytes))
        next += 1
        return ExportLine.record(index: index, bytes: bytes) + (try hashesIfDue())
    }

    /// - Throws: ``HoldfastError`` `audit_broken` when it is not the turn of these records.
    public mutating func withheld(_ range: Range<Int>, _ reason: ExportWithheld, leaves: [MerkleHash]) throws -> [UInt8] {
        try check(range)
        guard leaves.count == range.count else {
            throw HoldfastError.malformed("export", "\(leaves.count) hashes stand for \(range.count) records")
        }
        var lines: [UInt8] = []
        var rest = leaves[...]
        while !rest.isEmpty {
            let part = rest.prefix(TileCoordinate.fullWidth - next % TileCoordinate.fullWidth)
            rest = rest.dropFirst(part.count)
            lines += try Self.line([
                "index": .integer(Int64(next)), "count": .integer(Int64(part.count)), "withheld": .string(reason.rawValue),
            ])
            block += part
            next += part.count
            lines += try hashesIfDue()
        }
        return lines
    }

    /// - Throws: ``HoldfastError`` `audit_broken` when records of the range did not come.
    public mutating func footer() throws -> [UInt8] {
        guard next == context.proof.range.upperBound else { throw Self.hole(next, "the export ended before it") }
        return try Self.line([
            "checkpoint": .string(context.proof.checkpoint.encoded), "end": .integer(Int64(next)), "right": Self.list(context.proof.right),
        ])
    }

    private func check(_ range: Range<Int>) throws {
        guard range.lowerBound == next else { throw Self.hole(next, "record \(range.lowerBound) came in its place") }
        guard range.upperBound <= context.proof.range.upperBound else { throw Self.hole(next, "it lies beyond the range that is exported") }
    }

    private mutating func hashesIfDue() throws -> [UInt8] {
        guard next.isMultiple(of: TileCoordinate.fullWidth) || next == context.proof.range.upperBound else { return [] }
        defer { block = [] }
        return try Self.line([
            "hashes": .string(StrictBase64.encode(MerkleHash.encodeList(block))), "index": .integer(Int64(next - block.count)),
        ])
    }

    private static func list(_ hashes: [MerkleHash]) -> CanonicalJSON { .array(hashes.map { .string($0.base64) }) }
    private static func line(_ value: CanonicalJSON) throws -> [UInt8] { try value.serialized() + [UInt8(ascii: "\n")] }

    private static func hole(_ index: Int, _ why: String) -> HoldfastError {
        HoldfastError(.auditBroken, "Record \(index) cannot be exported: \(why).", hint: "holdfast audit verify")
    }
}
