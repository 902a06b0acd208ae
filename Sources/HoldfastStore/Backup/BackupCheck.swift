import GRDB
import Glibc
public import HoldfastCore
import HoldfastCrypto

/// A backup that holds, beside what it would replace.
public struct BackupCheck: Sendable {
    public let manifest: BackupManifest
    /// Records of the log that is there now, by its newest checkpoint; nil when there is none, or none that can be read.
    public let present: Checkpoint?
    /// The log that is there is of the same node, and every record of it holds: what was revoked and forgotten in it stays so.
    public let presentHolds: Bool
    /// Models the backup knows whose files are neither in it nor here.
    public let missingModels: Int

    /// Records that were signed after the backup was taken, and are not in it.
    public var recordsAfter: Int { max(0, (present?.size ?? 0) - manifest.size) }

    static func refuse(_ why: String) -> HoldfastError {
        HoldfastError(.backupInvalid, "The backup cannot be used: \(why).", hint: "take another one; nothing was changed")
    }
}

extension NodeRestore {
    /// Checks everything: the manifest's signature, whose node it is of, the database, every audit record against the signed checkpoints.
    /// Changes nothing of the node.
    /// - Throws: ``HoldfastError`` `backup_invalid`, `backup_foreign`, `database_too_new`, `audit_unavailable` (the signing key), `audit_broken`.
    public func check() async throws -> BackupCheck {
        let (manifest, note) = try finishReading()
        let known = try knownKeys()
        if let origin = known.first?.name, origin != manifest.origin, !options.replacesAnotherNode {
            throw HoldfastError(
                .backupForeign, "The backup is of the node \(manifest.origin), and this state directory belongs to \(origin).",
                hint: "to put that node in this one's place: holdfast restore FILE --audit-key KEYFILE --replace-node")
        }
        try handInKey()
        let staged = StateDirectory(path: exchange.building)
        var trusted = known.filter { $0.name == manifest.origin }
        if let seed = options.signingKey, let key = try? Ed25519PrivateKey(seed: seed) {
            trusted.append(try NoteVerifierKey(name: manifest.origin, publicKey: key.publicKey))
        }
        // Nothing in the archive is opened before a key known here has signed it; but for the handovers that lead to a key it is signed by,
        // where it is younger than what is here.
        var chain = try KeyChain(trusting: trusted, successions: presentHandovers())
        var isSigned = (try? note.verify(keys: chain.keys)) != nil
        if !trusted.isEmpty, !isSigned {
            chain = try KeyChain(trusting: trusted, successions: presentHandovers() + look(staged.database, at: manifest))
            isSigned = (try? note.verify(keys: chain.keys)) != nil
        }
        guard isSigned else {
            throw BackupCheck.refuse(
                trusted.isEmpty
                    ? "no key of that node is known here (--audit-key KEYFILE names one)" : "no key of this node has signed it")
        }
        _ = try look(staged.database, at: manifest)
        let present = CheckpointFile.kept(at: directory.checkpoint, chain: chain, origin: manifest.origin)
        // Opening it brings an older schema to this version's, and takes the signing key.
        let store = try NodeStore.open(openingOptions)
        await store.close()
        let report = try await AuditVerifier(stateDirectory: exchange.building).verify()
        guard report.holds else {
            throw HoldfastError(
                .auditBroken, "The audit log in the backup does not hold: \(report.firstProblem?.what ?? "it cannot be read").",
                hint: "take another backup; nothing was changed")
        }
        let presentHolds = present != nil ? ((try? await AuditVerifier(stateDirectory: directory.path).verify().holds) ?? false) : false
        let check = BackupCheck(
            manifest: manifest, present: present, presentHolds: presentHolds,
            missingModels: try missingModels(staged.database))
        checked = check
        return check
    }

    var openingOptions: StoreOptions {
        StoreOptions(stateDirectory: exchange.building, credentialsDirectory: options.credentialsDirectory, now: options.now)
    }

    /// What this directory's log is signed by, if there is one: the published key, which is the newest.
    private func knownKeys() throws -> [NoteVerifierKey] {
        guard let bytes = try SmallFile.read(directory.verifierKey) else { return [] }
        let text = String(decoding: bytes, as: UTF8.self)
        return [try NoteVerifierKey(parsing: text.hasSuffix("\n") ? text.dropLast() : text[...])]
    }

    private func handInKey() throws {
        let place = exchange.building + "/keys/audit.ed25519"
        if let key = options.signingKey {
            try SmallFile.replace(place, with: key, mode: 0o600)
        } else if let key = try SmallFile.read(directory.signingKey) {
            try SmallFile.replace(place, with: key, mode: 0o600)
        }
    }

    /// - Returns: the handovers of the signing key in it.
    private func look(_ path: String, at manifest: BackupManifest) throws -> [KeySuccession] {
        let known = Migration.all.last?.version ?? 0
        guard manifest.schema <= known else {
            throw HoldfastError(
                .databaseTooNew,
                "The backup was made by a newer Holdfast (\(manifest.version)): its schema is at step \(manifest.schema), this version knows \(known).",
                hint: "install \(manifest.version) or newer, then restore")
        }
        do {
            let connection = try DatabaseQueue(path: path)
            defer { try? connection.close() }
            return try connection.read { database in
                guard try Int32.fetchOne(database, sql: "PRAGMA application_id") == Connections.applicationID,
                    try String.fetchOne(database, sql: "PRAGMA quick_check(1)") == "ok"
                else { throw BackupCheck.refuse("its database is damaged") }
                let origin = try String.fetchOne(database, sql: "SELECT value FROM fact WHERE name = 'origin'")
                guard origin == manifest.origin else { throw BackupCheck.refuse("its database is of another node than its manifest") }
                return try KeyHandover.all(in: database)
            }
        } catch let error as DatabaseError {
            throw BackupCheck.refuse("its database is damaged (\(error.message ?? "SQLite \(error.resultCode.rawValue)"))")
        }
    }

    private func presentHandovers() -> [KeySuccession] {
        guard access(directory.database, F_OK) == 0, let connection = try? Connections.reader(directory.database) else { return [] }
        defer { try? connection.close() }
        return (try? connection.read { try KeyHandover.all(in: $0) }) ?? []
    }

    private func missingModels(_ path: String) throws -> Int {
        let connection = try DatabaseQueue(path: path)
        defer { try? connection.close() }
        let digests = try connection.read {
            try Row.fetchAll($0, sql: "SELECT digest FROM model").map { try SHA256Digest(column: $0.bytes(0)) }
        }
        return digests.count { digest in
            access("\(exchange.building)/models/\(digest.hex)", F_OK) != 0 && access("\(directory.blobs)/\(digest.hex)", F_OK) != 0
        }
    }
}
