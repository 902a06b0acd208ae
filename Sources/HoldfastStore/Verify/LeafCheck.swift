import FoundationEssentials
import GRDB
import HoldfastCore

/// A run of records held against the leaf hashes stored for them. Runs are independent, so several are checked at once.
struct LeafCheck: Sendable {
    /// Sixteen tiles: some two megabytes of records, read in one short transaction.
    static let runLength = 16 * TileCoordinate.fullWidth

    let range: Range<Int>
    /// The leaf hashes of the tree as it is stored, computed where it is not; shorter than the range when both are missing.
    private(set) var leaves: [MerkleHash] = []
    private(set) var checked = 0
    /// Entries that are gone by a gap's leave.
    private(set) var removed = 0
    private(set) var problem: AuditReport.Problem?

    /// - Parameters:
    ///   - covered: records that a checkpoint covers, whose hashes must be there.
    ///   - minimumIndex: entries before it may be missing.
    init(_ range: Range<Int>, covered: Int, minimumIndex: Int, in database: Database) throws {
        self.range = range
        var computed = [MerkleHash?](repeating: nil, count: range.count)
        var unreadable: String?
        var drifted: Int?
        var scanner = FilterColumnScanner()
        do {
            let rows = try Row.fetchCursor(
                database.cachedStatement(sql: Self.query),
                arguments: [range.lowerBound, range.upperBound])
            while let row = try rows.next() {
                let leaf: Int = row[0]
                try row.withUnsafeData(atIndex: 1) { body in
                    try row.withUnsafeData(atIndex: 2) { columns in
                        (body ?? Data()).withUnsafeBytes { body in
                            computed[leaf - range.lowerBound] = MerkleHash.leaf(body)
                            let fits = (columns ?? Data()).withUnsafeBytes { scanner.matches(body, columns: $0) }
                            if !fits, drifted == nil { drifted = leaf }
                        }
                    }
                }
                checked += 1
            }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            unreadable = error.message
        }
        compare(computed, try Self.stored(range, in: database), covered: covered, minimumIndex: minimumIndex, unreadable: unreadable)
        if let drifted, drifted < problem?.index ?? .max {
            problem = nil
            report(drifted, "was hidden from filters: what the database says of it beside its content is not what the content says")
        }
    }

    private static let query =
        "SELECT leaf, body, \(FilterColumns.joinedSQL) FROM audit_record WHERE leaf >= ? AND leaf < ? ORDER BY leaf"

    private mutating func compare(_ computed: [MerkleHash?], _ stored: [MerkleHash?], covered: Int, minimumIndex: Int, unreadable: String?)
    {
        leaves.reserveCapacity(range.count)
        for offset in 0..<range.count {
            let index = range.lowerBound + offset
            switch (computed[offset], stored[offset]) {
            case (let found?, let kept?):
                if found != kept { report(index, Self.change(at: offset, range, computed, stored)) }
                leaves.append(kept)
            case (nil, let kept?) where unreadable == nil && index < minimumIndex:
                removed += 1
                leaves.append(kept)
            case (nil, let kept?):
                report(index, unreadable.map { "cannot be read: \($0)" } ?? "is missing")
                leaves.append(kept)
            case (let found?, nil):
                if index < covered { report(index, "has no hash in the tree: its tile was removed or cut") }
                leaves.append(found)
            case (nil, nil):
                return report(index, unreadable.map { "cannot be read: \($0)" } ?? "is missing, and so is its hash in the tree")
            }
        }
    }

    private mutating func report(_ index: Int, _ what: String) {
        if problem == nil { problem = AuditReport.Problem(index: Int64(index), what: "Record \(index) \(what).") }
    }

    /// How the first record that does not fit came not to, as far as its neighbours tell.
    private static func change(at offset: Int, _ range: Range<Int>, _ computed: [MerkleHash?], _ stored: [MerkleHash?]) -> String {
        let next = offset + 1 < range.count ? offset + 1 : nil
        let other = stored.firstIndex { $0 == computed[offset] }
        if let other, computed[other] == stored[offset] { return "was exchanged with record \(range.lowerBound + other)" }
        if let next, computed[offset] == stored[next] { return "is missing: the record after it stands in its place" }
        if let next, computed[next] == stored[offset] { return "was inserted: the record that belongs there comes after it" }
        return "was changed: it does not have the hash the tree holds for it"
    }

    private static func stored(_ range: Range<Int>, in database: Database) throws -> [MerkleHash?] {
        var hashes = [MerkleHash?](repeating: nil, count: range.count)
        let tiles = try Row.fetchCursor(
            database.cachedStatement(sql: "SELECT position, hashes FROM tile WHERE level = 0 AND position >= ? AND position <= ?"),
            arguments: [range.lowerBound / TileCoordinate.fullWidth, (range.upperBound - 1) / TileCoordinate.fullWidth])
        while let tile = try tiles.next() {
            let first = (tile[0] as Int) * TileCoordinate.fullWidth - range.lowerBound
            for (position, hash) in try MerkleHash.decodeList(tile.bytes(1)).enumerated() where hashes.indices.contains(first + position) {
                hashes[first + position] = hash
            }
        }
        return hashes
    }
}
