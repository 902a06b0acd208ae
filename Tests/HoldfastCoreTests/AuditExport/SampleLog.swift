import HoldfastCore
import HoldfastCrypto

/// A signed log in memory, and exports of it.
struct SampleLog {
    static let origin = "holdfast.local/node/0123456789abcdef"
    let bodies: [[UInt8]]
    private(set) var leaves: [MerkleHash] = []
    private var tiles: [TileCoordinate: Tile] = [:]
    let signer: NoteSigner

    var keys: [NoteVerifierKey] { [signer.verifierKey] }

    init(_ records: [AuditRecord]) throws { try self.init(bodies: records.map { try $0.canonicalBytes() }) }

    init(bodies: [[UInt8]], seed: UInt8 = 7) throws {
        self.bodies = bodies
        signer = try NoteSigner(name: Self.origin, privateKey: Ed25519PrivateKey(seed: [UInt8](repeating: seed, count: 32)))
        var tree = TiledTree()
        for body in bodies {
            leaves.append(.leaf(body))
            for tile in tree.append(.leaf(body)) {
                tiles[TileCoordinate(level: tile.coordinate.level, index: tile.coordinate.index)] = tile
            }
        }
    }

    /// Records that are cheap to make many of.
    static func of(_ count: Int) throws -> SampleLog {
        try SampleLog(bodies: (0..<count).map { Array(#"{"id":"\#($0)","v":1}"#.utf8) })
    }

    func checkpoint(_ size: Int? = nil) throws -> SignedNote {
        let size = size ?? bodies.count
        var frontier = TreeFrontier()
        for leaf in leaves.prefix(size) { frontier.append(leaf) }
        return try Checkpoint(origin: Self.origin, size: size, root: frontier.root).signed(by: [signer])
    }

    func load(_ coordinate: TileCoordinate) throws -> [MerkleHash] {
        if let tile = tiles[TileCoordinate(level: coordinate.level, index: coordinate.index)] { return tile.hashes }
        return Array(leaves[(coordinate.index * 256)...].prefix(256))
    }

    func context(_ range: Range<Int>? = nil, checkpoint size: Int? = nil) throws -> ExportContext {
        let proof = try ExportProof(range: range ?? 0..<bodies.count, checkpoint: checkpoint(size), tile: load)
        return ExportContext(origin: Self.origin, productVersion: "0.4.0", proof: proof)
    }

    /// - Parameter isShown: false for records that are withheld.
    func export(
        _ format: AuditExportFormat = .jsonl, _ range: Range<Int>? = nil, checkpoint: Int? = nil, isShown: (Int) -> Bool = { _ in true }
    ) throws -> [UInt8] {
        let context = try context(range, checkpoint: checkpoint)
        var exporter = format.exporter(context)
        var bytes = try exporter.header()
        for index in context.proof.range {
            bytes +=
                isShown(index)
                ? try exporter.record(index: index, bytes: bodies[index])
                : try exporter.withheld(index..<index + 1, .filter, leaves: [leaves[index]])
        }
        return bytes + (try exporter.footer())
    }

    func verify(_ file: [UInt8], chunk: Int = .max, keys: [NoteVerifierKey]? = nil) -> ExportVerification {
        var verifier = ExportVerifier(keys: keys ?? self.keys)
        var rest = file[...]
        while !rest.isEmpty {
            verifier.read(rest.prefix(chunk))
            rest = rest.dropFirst(chunk)
        }
        return verifier.finish()
    }

    func lines(_ file: [UInt8]) -> [String] { String(decoding: file, as: UTF8.self).split(separator: "\n").map(String.init) }

    func file(_ lines: some Sequence<String>) -> [UInt8] { lines.flatMap { Array("\($0)\n".utf8) } }
}
