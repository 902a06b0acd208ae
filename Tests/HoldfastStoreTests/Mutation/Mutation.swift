import Foundation
import GRDB
import HoldfastCore
import HoldfastCrypto
import HoldfastTestSupport

@testable import HoldfastStore

/// One way to change a log behind its node's back.
enum Mutation: String, CaseIterable {
    case flipRecord = "flip a bit of a record"
    case flipColumn = "change what the database says of a record beside it"
    case deleteRecord = "delete a record"
    case insertRecord = "insert a record and move the rest down"
    case moveUp = "delete a record and move the rest up"
    case swapRecords = "swap two records"
    case truncateRecords = "cut off records"
    case rewriteWithHash = "change a record and its hash"
    case flipTile = "flip a bit of a tile"
    case deleteTile = "delete a tile"
    case swapTiles = "swap two tiles"
    case truncateTile = "cut off a tile"
    case insertHash = "insert a hash into a tile"
    case flipCheckpoint = "flip a bit of a checkpoint"
    case swapCheckpoints = "swap two checkpoints"
    case insertCheckpoint = "insert a checkpoint of a foreign key"
    case truncateCheckpoint = "cut off a checkpoint"
    case flipCheckpointFile = "flip a bit of STATE/checkpoint"
    case truncateCheckpointFile = "cut off STATE/checkpoint"
    case deleteHandover = "delete the handover of the key"
    case flipHandover = "flip a bit of the handover of the key"
    case flipGap = "change what a gap record says is gone"
    case truncateAll = "cut off records, tiles, checkpoints and STATE/checkpoint"
    case olderCopy = "restore an older whole copy"

    /// What nothing in the state directory can tell.
    var needsKeptCheckpoint: Bool { self == .truncateAll || self == .olderCopy }

    /// - Returns: what was done, for whoever reads of a failure; nil when it changed nothing.
    func apply(to log: MutatedLog, _ random: inout SplitMix64) throws -> String? {
        switch self {
        case .flipRecord, .flipColumn, .deleteRecord, .insertRecord, .moveUp, .swapRecords, .truncateRecords, .rewriteWithHash, .flipGap:
            try changeRecord(log, &random)
        case .flipTile, .deleteTile, .swapTiles, .truncateTile, .insertHash: try changeTile(log, &random)
        default: try changeCheckpoint(log, &random)
        }
    }

    private func record(_ log: MutatedLog, _ random: inout SplitMix64) -> Int {
        Int.random(in: log.removed..<MutatedLog.size, using: &random)
    }

    private func changeRecord(_ log: MutatedLog, _ random: inout SplitMix64) throws -> String? {
        let leaf = record(log, &random)
        let far = 1_000_000
        switch self {
        case .flipRecord, .rewriteWithHash:
            let body = Self.flipped(try log.bytes("SELECT CAST(body AS BLOB) FROM audit_record WHERE leaf = ?", [leaf]), &random)
            try log.change("UPDATE audit_record SET body = CAST(? AS TEXT) WHERE leaf = ?", [Data(body), leaf])
            guard self == .rewriteWithHash else { return "\(leaf)" }
            var hashes = try log.bytes("SELECT hashes FROM tile WHERE level = 0 AND position = ?", [leaf / 256])
            hashes.replaceSubrange(leaf % 256 * 32..<leaf % 256 * 32 + 32, with: MerkleHash.leaf(body).bytes)
            try log.change("UPDATE tile SET hashes = ? WHERE level = 0 AND position = ?", [Data(hashes), leaf / 256])
            return "\(leaf)"
        case .flipColumn:
            let columns = [
                "id = id || 'x'", "time = time + 1", "actor_uid = actor_uid + 1", "operation = 'x'", "result = 'denied'",
                "actor_subject = 'token:x'",
                "model = 'm:x'",
            ]
            let column = columns.randomElement(using: &random)!
            return try log.change("UPDATE audit_record SET \(column) WHERE leaf = ?", [leaf]) == 1 ? "\(leaf) \(column)" : nil
        case .deleteRecord: return try log.change("DELETE FROM audit_record WHERE leaf = ?", [leaf]) == 1 ? "\(leaf)" : nil
        case .insertRecord:
            try log.change("UPDATE audit_record SET leaf = leaf + ? WHERE leaf >= ?", [far, leaf])
            try log.change("UPDATE audit_record SET leaf = leaf - ? WHERE leaf >= ?", [far - 1, far])
            let source = record(log, &random)
            let columns = "id, time, actor_uid, operation, model, digest, result, body, actor_subject"
            return try log.change(
                "INSERT INTO audit_record (leaf, \(columns)) SELECT ?, \(columns) FROM audit_record WHERE leaf = ?",
                [leaf, source == leaf ? leaf + 1 : source]) == 1 ? "\(leaf)" : nil
        case .moveUp:
            try log.change("DELETE FROM audit_record WHERE leaf = ?", [leaf])
            try log.change("UPDATE audit_record SET leaf = leaf + ? WHERE leaf > ?", [far, leaf])
            try log.change("UPDATE audit_record SET leaf = leaf - ? WHERE leaf > ?", [far + 1, far])
            return "\(leaf)"
        case .swapRecords:
            let other = record(log, &random)
            guard other != leaf else { return nil }
            try log.change("UPDATE audit_record SET leaf = ? WHERE leaf = ?", [far, leaf])
            try log.change("UPDATE audit_record SET leaf = ? WHERE leaf = ?", [leaf, other])
            try log.change("UPDATE audit_record SET leaf = ? WHERE leaf = ?", [other, far])
            return "\(leaf) and \(other)"
        case .truncateRecords: return try log.change("DELETE FROM audit_record WHERE leaf >= ?", [leaf]) > 0 ? "from \(leaf)" : nil
        case .flipGap:
            // One more bundle gone than the record says.
            try log.change("DELETE FROM audit_record WHERE leaf >= 256 AND leaf < 512 AND operation <> 'audit.gap'")
            let past = ["256", "512", "768"].randomElement(using: &random)!
            try log.change(
                "UPDATE audit_record SET body = replace(body, '\"past\":256', '\"past\":\(past)') WHERE operation = 'audit.gap'")
            return past
        default: return nil
        }
    }

    private func changeTile(_ log: MutatedLog, _ random: inout SplitMix64) throws -> String? {
        // The hash over a whole log of one tile's width is in no checkpoint: all others lead to one.
        let rows = try log.integers("SELECT rowid FROM tile ORDER BY rowid")
        let row = rows.randomElement(using: &random)!
        let hashes = try log.bytes("SELECT hashes FROM tile WHERE rowid = ?", [row])
        var changed = hashes
        switch self {
        case .flipTile: changed = Self.flipped(hashes, &random)
        case .deleteTile: return try log.change("DELETE FROM tile WHERE rowid = ?", [row]) == 1 ? "\(row)" : nil
        case .truncateTile:
            let kept = Int.random(in: 0..<hashes.count / 32, using: &random)
            if kept == 0 { return try log.change("DELETE FROM tile WHERE rowid = ?", [row]) == 1 ? "\(row)" : nil }
            changed = Array(hashes.prefix(kept * 32))
        case .insertHash:
            let place = Int.random(in: 0..<hashes.count / 32, using: &random) * 32
            changed.insert(contentsOf: hashes.reversed().prefix(32), at: place)
            changed = Array(changed.prefix(8192))
        case .swapTiles:
            let other = rows.randomElement(using: &random)!
            let others = try log.bytes("SELECT hashes FROM tile WHERE rowid = ?", [other])
            guard others != hashes else { return nil }
            try log.change("UPDATE tile SET hashes = ? WHERE rowid = ?", [Data(hashes), other])
            changed = others
        default: return nil
        }
        guard changed != hashes else { return nil }
        try log.change("UPDATE tile SET hashes = ? WHERE rowid = ?", [Data(changed), row])
        return "tile row \(row)"
    }

    private func changeCheckpoint(_ log: MutatedLog, _ random: inout SplitMix64) throws -> String? {
        let sizes = try log.integers("SELECT size FROM checkpoint WHERE size > 0")
        let size = sizes.randomElement(using: &random)!
        let note = try log.bytes("SELECT CAST(note AS BLOB) FROM checkpoint WHERE size = ?", [size])
        let file = URL(filePath: log.checkpointFile)
        func store(_ bytes: [UInt8], at size: Int) throws {
            try log.change("UPDATE checkpoint SET note = CAST(? AS TEXT) WHERE size = ?", [Data(bytes), size])
        }
        switch self {
        case .flipCheckpoint: try store(Self.flipped(note, &random), at: size)
        case .truncateCheckpoint: try store(Array(note.prefix(Int.random(in: 0..<note.count, using: &random))), at: size)
        case .swapCheckpoints:
            let other = sizes.randomElement(using: &random)!
            guard other != size else { return nil }
            let others = try log.bytes("SELECT CAST(note AS BLOB) FROM checkpoint WHERE size = ?", [other])
            try store(others, at: size)
            try store(note, at: other)
        case .insertCheckpoint:
            let name = try Checkpoint(parsing: log.kept.text).origin
            let foreign = try NoteSigner(name: name, privateKey: Ed25519PrivateKey())
            let forged = try Checkpoint(origin: name, size: 555, root: .leaf("forged".utf8)).signed(by: [foreign])
            try log.change("INSERT INTO checkpoint (size, time, note) VALUES (555, 1, ?)", [forged.encoded])
        case .flipCheckpointFile: try Data(Self.flipped(Array(Data(contentsOf: file)), &random)).write(to: file)
        case .truncateCheckpointFile:
            let bytes = try Data(contentsOf: file)
            try bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)).write(to: file)
        case .deleteHandover: try log.change("DROP TRIGGER audit_key_is_kept; DELETE FROM audit_key")
        case .flipHandover:
            let handover = Self.flipped(try log.bytes("SELECT CAST(note AS BLOB) FROM audit_key"), &random)
            try log.change("DROP TRIGGER audit_key_is_fixed; UPDATE audit_key SET note = CAST(x'\(Hex.encode(handover))' AS TEXT)")
        case .truncateAll: return try truncateAll(log, to: sizes.dropLast().filter { $0 > 641 }.randomElement(using: &random) ?? 641)
        case .olderCopy: try log.replace(by: log.olderCopies.randomElement(using: &random)!)
        default: return nil
        }
        return "checkpoint \(size)"
    }

    /// As the log was at an earlier checkpoint, in every place that speaks of it.
    private func truncateAll(_ log: MutatedLog, to size: Int) throws -> String {
        try log.change("DELETE FROM audit_record WHERE leaf >= ?", [size])
        try log.change("DELETE FROM checkpoint WHERE size > ?", [size])
        var tree = TiledTree()
        for position in 0...(size - 1) / 256 {
            let stored = try MerkleHash.decodeList(log.bytes("SELECT hashes FROM tile WHERE level = 0 AND position = ?", [position]))
            for hash in stored.prefix(size - position * 256) { _ = tree.append(hash) }
        }
        for tile in tree.partialTiles {
            try log.change(
                "UPDATE tile SET hashes = ? WHERE level = ? AND position = ?",
                [Data(tile.bytes), tile.coordinate.level, tile.coordinate.index])
        }
        try Data(log.bytes("SELECT CAST(note AS BLOB) FROM checkpoint WHERE size = ?", [size])).write(to: URL(filePath: log.checkpointFile))
        return "to \(size)"
    }

    private static func flipped(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        return bytes
    }
}
