import GRDB
public import HoldfastCore

/// A stretch of the log as an export or a report goes through it.
public struct LogPage: Sendable {
    public enum Content: Sendable {
        /// The record's bytes, as they are hashed.
        case shown([UInt8])
        /// It is there, and not asked for.
        case filtered
        case gone(ExportWithheld)
    }

    /// Indices in the log; one content and one hash for each.
    public let range: Range<Int>
    public let contents: [Content]
    public let leaves: [MerkleHash]
}

/// What an export is of: the range, and the proof that joins it to the newest checkpoint.
public struct ExportPlan: Sendable {
    public let proof: ExportProof
    public let successions: [KeySuccession]
}

extension AuditLog {
    /// Records read in one transaction: four tiles.
    private static let pageLength = 4 * TileCoordinate.fullWidth

    /// The stretch of the log from the first record of `since` to the last before `until`, as far as the newest checkpoint covers it.
    /// - Parameters:
    ///   - since: inclusive, milliseconds since 1970; nil for the log's beginning.
    ///   - until: exclusive; nil for its end.
    public func exportPlan(since: Int64?, until: Int64?) async throws -> ExportPlan {
        try await readers.read { database in
            let proof = try Self.exportProof(database) { size in
                let first = try since.map { since in
                    try Int.fetchOne(database, sql: "SELECT min(leaf) FROM audit_record WHERE time >= ?", arguments: [since]) ?? size
                }
                let past = try until.map { until in
                    try Int.fetchOne(database, sql: "SELECT max(leaf) + 1 FROM audit_record WHERE time < ?", arguments: [until]) ?? 0
                }
                let end = min(past ?? size, size)
                return min(first ?? 0, end)..<end
            }
            return ExportPlan(proof: proof, successions: try KeyHandover.all(in: database))
        }
    }

    /// The next page of a range that a checkpoint covers.
    /// - Throws: ``HoldfastError`` `audit_broken` for a record that is missing without a gap record's leave.
    public func page(of range: Range<Int>, from start: Int, matching filter: AuditFilter) async throws -> LogPage {
        let end = min(range.upperBound, (start / Self.pageLength + 1) * Self.pageLength)
        let page = start..<end
        return try await readers.read { database in
            var contents = [LogPage.Content?](repeating: nil, count: page.count)
            let (condition, arguments) = filter.condition()
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT leaf, CASE WHEN \(condition) THEN body END FROM audit_record WHERE leaf >= ? AND leaf < ? ORDER BY leaf
                        """),
                arguments: arguments + [page.lowerBound, page.upperBound])
            while let row = try rows.next() {
                contents[row[0] - page.lowerBound] = row.hasNull(atIndex: 1) ? .filtered : .shown(try row.bytes(1))
            }
            if contents.contains(where: { $0 == nil }) {
                let gaps = try GapClaim.all(in: database).map(\.gap)
                for offset in contents.indices where contents[offset] == nil {
                    contents[offset] = .gone(try Self.reason(page.lowerBound + offset, gaps))
                }
            }
            return LogPage(range: page, contents: contents.compactMap { $0 }, leaves: try Self.leaves(page, in: database))
        }
    }

    private static func reason(_ index: Int, _ gaps: [GapRecord]) throws -> ExportWithheld {
        guard let gap = gaps.first(where: { $0.range.contains(index) }) else {
            throw HoldfastError(.auditBroken, "Record \(index) of the audit log is missing.", hint: "holdfast audit verify")
        }
        return gap.reason == .budget ? .sealed : .pruned
    }

    private static func leaves(_ page: Range<Int>, in database: Database) throws -> [MerkleHash] {
        guard !page.isEmpty else { return [] }
        let width = TileCoordinate.fullWidth
        return try (page.lowerBound / width...(page.upperBound - 1) / width).flatMap { position in
            let first = position * width
            let wanted = page.clamped(to: first..<first + width)
            let hashes = try LogHead.hashes(TileCoordinate(level: 0, index: position, width: wanted.upperBound - first), in: database)
            guard hashes.count >= wanted.upperBound - first else {
                throw HoldfastError(
                    .auditBroken, "A tile of the audit log's tree over record \(first) is missing or cut.", hint: "holdfast audit verify")
            }
            return hashes[(wanted.lowerBound - first)..<(wanted.upperBound - first)]
        }
    }
}
