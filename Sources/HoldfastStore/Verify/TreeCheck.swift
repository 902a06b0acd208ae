import HoldfastCore

/// Builds the tree from the leaves in order and holds it against every checkpoint and every stored hash above the leaves.
struct TreeCheck {
    private var tree = TiledTree()
    /// Ascending by size; those the log has not reached yet.
    private var pending: ArraySlice<SignedEvidence> = []
    private var lastGood = 0
    private(set) var checkedCheckpoints = 0
    /// The root over the wanted number of records, once they were there.
    private(set) var wantedRoot: MerkleHash?
    /// The range before the first signed checkpoint the tree does not have.
    private var wrong: (range: Range<Int>, source: String)?
    /// The first record under a stored hash that is not the computed one.
    private var wrongHash: (range: Range<Int>, tile: TileCoordinate)?
    private var unsigned: String?
    private let wanted: Int

    /// - Parameter wanted: the size whose root is asked for.
    init(wanted: Int) {
        self.wanted = wanted
    }

    var size: Int { tree.size }

    mutating func expect(_ evidence: some Sequence<SignedEvidence>) {
        pending = ArraySlice((Array(pending) + evidence).sorted { ($0.claimed?.size ?? 0) < ($1.claimed?.size ?? 0) })
    }

    /// - Returns: the tiles above the leaves that became full, for ``compare(_:stored:)``.
    mutating func append(_ leaves: [MerkleHash]) -> [Tile] {
        var full: [Tile] = []
        for leaf in leaves {
            checkRoots()
            full += tree.append(leaf).filter { $0.coordinate.isFull && $0.coordinate.level > 0 }
        }
        checkRoots()
        return full
    }

    /// Once all leaves are there.
    /// - Returns: the partial tiles above the leaves.
    mutating func finish() -> [Tile] {
        checkRoots()
        // A checkpoint the log does not reach is the caller's to judge, unless nobody of this node made it.
        unsigned = unsigned ?? pending.lazy.compactMap(\.fault).first
        return tree.partialTiles.filter { $0.coordinate.level > 0 }
    }

    /// - Parameter stored: the hashes stored for the tile, empty when there is none; more than its width when it has grown since.
    mutating func compare(_ tile: Tile, stored: [MerkleHash]) {
        guard wrongHash == nil,
            let position = tile.hashes.indices.first(where: { !stored.indices.contains($0) || stored[$0] != tile.hashes[$0] })
        else { return }
        let width = (0..<tile.coordinate.level).reduce(1) { width, _ in width * TileCoordinate.fullWidth }
        let first = (tile.coordinate.index * TileCoordinate.fullWidth + position) * width
        wrongHash = (first..<first + width, tile.coordinate)
    }

    private mutating func checkRoots() {
        while let next = pending.first, (next.claimed?.size ?? 0) <= tree.size {
            pending.removeFirst()
            checkedCheckpoints += 1
            guard next.isSigned, let claimed = next.claimed else {
                unsigned = unsigned ?? next.fault
                continue
            }
            if tree.root == claimed.root {
                lastGood = claimed.size
            } else if wrong == nil {
                wrong = (lastGood..<claimed.size, next.source)
            }
        }
        if tree.size == wanted, wantedRoot == nil { wantedRoot = tree.root }
    }

    var problem: AuditReport.Problem? {
        if let wrong {
            // A stored hash that was not rewritten narrows the range.
            let range = wrongHash.map { $0.range.clamped(to: wrong.range) }.flatMap { $0.isEmpty ? nil : $0 } ?? wrong.range
            guard !range.isEmpty else { return AuditReport.Problem(what: "\(wrong.source) does not belong to this log.") }
            let what = "was changed together with its hash, or is the first of a range that was"
            return AuditReport.Problem(
                index: Int64(range.lowerBound),
                what: "A record from \(range.lowerBound) to \(range.upperBound - 1) \(what): \(wrong.source) covers another tree.")
        }
        if let (range, tile) = wrongHash {
            let what = "The stored hash over records \(range.lowerBound) to \(range.upperBound - 1) (\(tile.path)) is not theirs"
            return AuditReport.Problem(index: Int64(range.lowerBound), what: what + "; the records fit their checkpoint.")
        }
        return unsigned.map { AuditReport.Problem(what: $0) }
    }
}
