import HoldfastCore
import HoldfastCrypto

extension FuzzTarget {
    /// Tar archives, as engines come, and backups: read the same in pieces of any size, and nothing in them leads out.
    static let archives = FuzzTarget("archives", maximumBytes: 16 << 10, seeds: seeds) { input in
        let whole = try accepted([.archiveInvalid]) { try members(of: input, step: .max) }
        let pieces = try accepted([.archiveInvalid]) { try members(of: input, step: 37) }
        try require(whole == pieces, "\(String(describing: whole)) in one piece, \(String(describing: pieces)) in many")
        for member in whole ?? [] {
            try require(!member.path.hasPrefix("/") && !member.path.split(separator: "/").contains(".."), "leads out: \(member.path)")
            try require(member.size >= 0, "a size of \(member.size)")
            if case .link(let target) = member.kind { try require(!target.hasPrefix("/"), "links out: \(target)") }
        }
        _ = try accepted([.backupInvalid]) {
            var reader = BackupReader()
            try input.withUnsafeBytes { try reader.read($0) { _ in } }
            return try reader.finish()
        }
    }

    private static func members(of bytes: [UInt8], step: Int) throws -> [TarMember] {
        var (reader, found, rest) = (TarReader(), [TarMember](), bytes[...])
        while !rest.isEmpty {
            let piece = rest.prefix(step)
            rest = rest.dropFirst(piece.count)
            try piece.withUnsafeBytes { try reader.read($0) { if case .member(let member) = $0 { found.append(member) } } }
        }
        try reader.finish()
        return found
    }

    @Sendable private static func seeds() throws -> [[UInt8]] {
        func member(_ path: String, _ content: [UInt8]) -> [UInt8] {
            TarWriter.header(path, size: Int64(content.count), time: 1, isExecutable: true) + content
                + TarWriter.padding(after: Int64(content.count))
        }
        let content = Array("content".utf8)
        guard let digest = SHA256Digest(bytes: SHA256.hash(content)) else { return [] }
        let manifest = BackupManifest(
            origin: FuzzSeeds.origin, time: 1, version: "1", schema: 1, size: 0, root: .emptyRoot, hasContent: true,
            files: [.init(path: BackupManifest.database, digest: digest, size: Int64(content.count))])
        let note = Array(try SignedNote(text: manifest.text, signers: [FuzzSeeds.signer()]).encoded.utf8)
        return [
            member("bin/llama-server", content) + member("lib/x.so", content) + TarWriter.end,
            member(BackupManifest.member, note) + member(BackupManifest.database, content) + TarWriter.end,
        ]
    }
}
