import Glibc
public import HoldfastCore
import HoldfastCrypto

/// Wipes a state directory. `STATE/decommissioned`, the signed last record, is written first and stays: from then on no node starts here, and
/// what a crash left is wiped at the next attempt.
///
/// Keys, and the database with salts and captured content, are overwritten before they are removed. On a flash disk or a file system that
/// copies on write older blocks may live on: there only the disk's own encryption helps.
struct StateWipe {
    let directory: StateDirectory

    var tombstone: String { directory.path + "/decommissioned" }

    /// - Throws: ``HoldfastError`` `node_decommissioned` where a node was wiped, after finishing that.
    func refuseTombstone() throws {
        var status = stat()
        guard lstat(tombstone, &status) == 0 else { return }
        try run()
        throw HoldfastError(
            .nodeDecommissioned, "The node of \(directory.path) was decommissioned; its signed last record is \(tombstone).",
            hint: "keep that file, then start with another --state; or move it away for a new node here")
    }

    /// - Returns: files that were removed.
    @discardableResult func run() throws -> Int {
        for path in [directory.signingKey, directory.nextSigningKey, directory.database, directory.database + "-wal"] {
            try overwrite(path)
        }
        if let names = try? Folder.names(in: directory.path + "/prefixes") {
            for name in names where name.hasSuffix(".key") { try overwrite("\(directory.path)/prefixes/\(name)") }
        }
        var count = 0
        for name in try Folder.names(in: directory.path) where name != "decommissioned" && name != "lock" {
            try Tree.remove("\(directory.path)/\(name)")
            count += 1
        }
        try Folder.synchronize(directory.path)
        return count
    }

    private func overwrite(_ path: String) throws {
        guard access(path, F_OK) == 0 else { return }
        let file = try OpenFile(path, O_WRONLY, action: "overwrite a file")
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        var offset: Int64 = 0
        let size = Int64(try file.status().st_size)
        while offset < size {
            let count = Int(min(size - offset, Int64(zeros.count)))
            try zeros.withUnsafeBytes { try file.writeAll(UnsafeRawBufferPointer(rebasing: $0[..<count]), at: offset) }
            offset += Int64(count)
        }
        try file.synchronize()
    }
}

extension NodeStore {
    /// Ends the log with `record`, signs it, and accepts nothing more.
    /// - Returns: the last record, on paper. It is in STATE/decommissioned too: no node starts on this directory again.
    public func endLog(with record: AuditRecord) async throws -> LastRecord {
        let index = try await commit(essential: true) { transaction in
            transaction.signs = true
            return try transaction.append(record)
        }
        writer.stop()
        let proof = try await audit.inclusionProof(of: Int(index))
        guard let entry = try await audit.record(at: index) else {
            throw HoldfastError(.internalError, "The record that was just written is not there.")
        }
        let paper = LastRecord(key: verifierKey, record: String(decoding: entry.bytes, as: UTF8.self), proof: proof)
        try SmallFile.replace(StateWipe(directory: directory).tombstone, with: Array(paper.text.utf8), mode: 0o644)
        return paper
    }

    /// After ``endLog(with:)``: closes the store and wipes all of the state directory but the last record.
    /// - Returns: entries of the state directory that were removed.
    public func wipe() async throws -> Int {
        await close()
        return try StateWipe(directory: directory).run()
    }
}
