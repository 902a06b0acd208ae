import Dispatch
import GRDB
import Glibc
import HoldfastCore
public import HoldfastCrypto

/// What a backup is to hold.
public struct BackupOptions: Hashable, Sendable {
    /// The models' files too.
    public var models: Bool
    /// Captured content and the salts of records' HMACs.
    public var content: Bool
    /// Who gets the signing key, encrypted; nil leaves it out.
    public var keyRecipient: AgeRecipient?

    public init(models: Bool = true, content: Bool = true, keyRecipient: AgeRecipient? = nil) {
        self.models = models
        self.content = content
        self.keyRecipient = keyRecipient
    }
}

extension NodeStore {
    /// Copies the database as it is now, beside the node's work, and makes the manifest. Nothing waits for it.
    ///
    /// Never in a backup: the signing key in the clear, saved prefixes and their keys, what is being uploaded, engines.
    /// - Parameter version: of Holdfast.
    /// - Throws: ``HoldfastError`` `disk_full`, `model_corrupt`, `invalid_request` when the key is wanted and is a systemd credential,
    ///   `database_failed`.
    public func prepareBackup(_ options: BackupOptions, version: String) async throws -> PreparedBackup {
        let sealedKey = try sealedKey(options.keyRecipient)
        try await checkpoint()
        let now = writer.currentTime
        let (database, file) = try await copyOfDatabase(content: options.content)
        var files = [BackupManifest.File(path: BackupManifest.database, digest: file.digest, size: file.size)]
        if let sealedKey, let digest = SHA256Digest(bytes: SHA256.hash(sealedKey)) {
            files.append(BackupManifest.File(path: BackupManifest.sealedKey, digest: digest, size: Int64(sealedKey.count)))
        }
        let schema = Migration.all.last?.version ?? 0
        if options.models {
            for (digest, size) in file.models.sorted(by: { $0.0.hex < $1.0.hex }) {
                files.append(BackupManifest.File(path: BackupManifest.File.modelPath(digest), digest: digest, size: size))
            }
        }
        let manifest = BackupManifest(
            origin: verifierKey.name, time: now, version: version, schema: schema, size: file.checkpoint.size,
            root: file.checkpoint.root, hasContent: options.content, files: files)
        return PreparedBackup(
            manifest: manifest, note: try writer.sign(manifest.text), database: database, sealedKey: sealedKey, blobs: blobs)
    }

    private func sealedKey(_ recipient: AgeRecipient?) throws -> [UInt8]? {
        guard let recipient else { return nil }
        guard !keyIsCredential, let key = try AuditKeySource(directory: directory, credentials: nil).file() else {
            throw HoldfastError(
                .invalidRequest, "The signing key is a systemd credential, which is not the node's to hand out.",
                hint: "back the credential up where it is kept, and leave --key-for out", field: "key_recipient")
        }
        return try AgeFile.encrypt(key.seed, to: [recipient])
    }

    private struct CopiedDatabase: Sendable {
        let digest: SHA256Digest
        let size: Int64
        let checkpoint: Checkpoint
        let models: [(SHA256Digest, Int64)]
    }

    /// The copy has no name any more when this returns: it goes with its descriptor.
    private func copyOfDatabase(content: Bool) async throws -> (OpenFile, CopiedDatabase) {
        let path = "\(directory.staging)/\(Hex.encode(try SecureRandom.bytes(16))).backup"
        let (readers, origin, bytes) = (readers, verifierKey.name, directory.databaseBytes())
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                continuation.resume(
                    with: Result {
                        defer { for end in ["", "-journal", "-wal", "-shm"] { unlink(path + end) } }
                        do {
                            try DiskRoom.require(bytes * 2, in: self.directory.staging, reserve: 0, for: "A copy of the database")
                            let file = try OpenFile(path, O_RDWR | O_CREAT | O_EXCL, action: "copy the database")
                            let found = try Self.copy(readers, to: path, file, content: content, origin: origin)
                            return (file, found)
                        } catch { throw DatabaseFailure.error(error, "copy the database") }
                    })
            }
        }
    }

    private static func copy(
        _ readers: ReaderPool, to path: String, _ file: OpenFile, content: Bool, origin: String
    ) throws -> CopiedDatabase {
        let target = try DatabaseQueue(path: path)
        defer { try? target.close() }
        try readers.copy(to: target)
        // One file, with no write-ahead log beside it.
        try target.writeWithoutTransaction { database in
            _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE")
            if !content {
                try database.execute(sql: "DELETE FROM captured_content; DELETE FROM audit_salt; DELETE FROM erasure; VACUUM")
            }
        }
        let (checkpoint, models) = try target.read { database in
            let note = try Row.fetchOne(database, sql: "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")?.bytes(0) ?? []
            let rows = try Row.fetchAll(database, sql: "SELECT digest, size FROM model")
            return (
                try Checkpoint(parsing: SignedNote(parsing: note).text),
                try rows.map { (try SHA256Digest(column: $0.bytes(0)), $0[1] as Int64) }
            )
        }
        var hasher = SHA256Hasher()
        var offset: Int64 = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let got = try buffer.withUnsafeMutableBytes { try file.read(at: offset, into: $0) }
            buffer.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
            offset += Int64(got)
            if got < buffer.count { break }
        }
        guard let digest = SHA256Digest(bytes: hasher.finalize()) else { throw HoldfastError(.internalError, "A digest has 32 bytes.") }
        return CopiedDatabase(digest: digest, size: offset, checkpoint: checkpoint, models: models)
    }
}
