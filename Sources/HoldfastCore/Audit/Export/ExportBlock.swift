/// The records of an export since the last line of hashes, waiting for theirs: at most one tile.
struct ExportBlock: Sendable {
    enum Entry: Sendable, Equatable {
        case shown(MerkleHash)
        case withheld(ExportWithheld)

        var leaf: MerkleHash? { if case .shown(let leaf) = self { leaf } else { nil } }
    }

    struct Problem {
        let index: Int
        /// Continues "Record N".
        let what: String
    }

    let first: Int
    /// The record whose turn it is.
    private(set) var next: Int
    private(set) var shown = 0
    private(set) var withheld: [ExportWithheld: Int] = [:]
    private var entries: [Entry?] = []

    init(first: Int) {
        self.first = first
        next = first
    }

    /// How many records there may be: to the end of the tile.
    var capacity: Int { TileCoordinate.fullWidth - first % TileCoordinate.fullWidth }

    /// - Returns: what is wrong with its place.
    mutating func add(_ index: Int, _ entry: Entry) -> Problem? {
        guard index >= next else { return Problem(index: index, what: "stands there a second time or out of its place") }
        let problem = index == next ? nil : Problem(index: next, what: "is missing: record \(index) stands in its place")
        // Beyond the tile, which has not been closed: what is missing was said, and the tile's line of hashes may still come.
        guard index - first < capacity else { return problem ?? Problem(index: index, what: "comes before the hashes of those before it") }
        while entries.count < index - first { entries.append(nil) }
        entries.append(entry)
        next = index + 1
        return problem
    }

    /// Holds the records against their hashes.
    /// - Returns: the first that does not fit.
    mutating func compare(_ hashes: [MerkleHash]) -> Problem? {
        var problem: Problem?
        for offset in 0..<max(hashes.count, entries.count) where problem == nil {
            let index = first + offset
            guard offset < hashes.count else {
                problem = Problem(index: index, what: "was added: the tree has no hash for it")
                break
            }
            switch offset < entries.count ? entries[offset] : nil {
            case .withheld?: break
            case .shown(let leaf)?:
                if leaf != hashes[offset] { problem = Problem(index: index, what: change(at: offset, hashes)) }
            case nil: problem = Problem(index: index, what: "is missing")
            }
        }
        for case let (entry?, hash) in zip(entries, hashes) {
            switch entry {
            case .withheld(let reason): withheld[reason, default: 0] += 1
            case .shown(let leaf): shown += leaf == hash ? 1 : 0
            }
        }
        return problem
    }

    /// How the first record that does not fit came not to, as far as its neighbours tell.
    private func change(at offset: Int, _ hashes: [MerkleHash]) -> String {
        func found(_ offset: Int) -> MerkleHash? { offset < entries.count ? entries[offset]?.leaf : nil }
        if let other = hashes.firstIndex(where: { $0 == found(offset) }), found(other) == hashes[offset] {
            return "was exchanged with record \(first + other)"
        }
        if offset + 1 < hashes.count, found(offset) == hashes[offset + 1] { return "is missing: the record after it stands in its place" }
        if found(offset + 1) == hashes[offset] { return "was inserted: the record that belongs there comes after it" }
        return "was changed: it does not have the hash the tree holds for it"
    }
}
