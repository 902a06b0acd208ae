import GRDB
import HoldfastCore
import HoldfastCrypto

/// What opening found, on its way into a ``NodeStore``.
struct OpenedStore {
    let directory: StateDirectory
    let lock: OpenFile
    let connection: DatabaseQueue
    let readers: ReaderPool
    let blobs: BlobStore
    let index: RegistryIndex
    let writer: GroupWriter
    let verifierKey: NoteVerifierKey
    let checkpointFile: CheckpointFile
}

extension NodeStore {
    /// Opens the state directory, or makes it, and recovers from whatever the last run left: open intents become `interrupted` outcomes,
    /// half-staged files go.
    /// - Throws: ``HoldfastError`` `state_in_use`, `database_too_new`, `database_failed`, `audit_unavailable` (the signing key), `audit_broken`
    ///   (the log does not match its checkpoint), `disk_full`, `file_unreadable`.
    public static func open(_ options: StoreOptions) throws -> NodeStore {
        let directory = StateDirectory(path: options.stateDirectory)
        try directory.prepare()
        let lock = try directory.takeLock()
        do {
            let connection = try Connections.writer(directory.database)
            try Migrator(steps: Migration.all, now: options.now()).migrate(connection)
            return NodeStore(try recover(directory, lock, connection, options))
        } catch let error as DatabaseError {
            throw DatabaseFailure.error(error, "open the database")
        }
    }

    private static func recover(
        _ directory: StateDirectory, _ lock: OpenFile, _ connection: DatabaseQueue, _ options: StoreOptions
    ) throws -> OpenedStore {
        let blobs = BlobStore(directory: directory, quota: options.quotaBytes, reserve: options.reserveBytes)
        try blobs.collectStaging()
        let bootID = Hex.encode(try SecureRandom.bytes(16))
        let origin = try connection.read { try String.fetchOne($0, sql: "SELECT value FROM fact WHERE name = 'origin'") }
        let signer = try AuditKey.load(directory, storedOrigin: origin)
        let (head, sequence) = try connection.write { database in
            try begin(database, signer, bootID: bootID, isNew: origin == nil, now: options.now())
        }
        let status = LogStatus(size: head.size, checkpoint: head.checkpoint)
        let checkpointFile = CheckpointFile(directory.checkpoint)
        checkpointFile.replace(with: head.note)
        let index = RegistryIndex()
        let writer = GroupWriter(
            connection: connection, bootID: bootID, log: GroupWriter.Log(head: head, sequence: sequence), status: status, index: index,
            space: blobs.space, checkpointFile: checkpointFile, now: options.now)
        return OpenedStore(
            directory: directory, lock: lock, connection: connection, readers: try ReaderPool(directory.database), blobs: blobs,
            index: index, writer: writer, verifierKey: signer.verifierKey, checkpointFile: checkpointFile)
    }

    /// The first transaction of a run.
    private static func begin(
        _ database: Database, _ signer: NoteSigner, bootID: String, isNew: Bool, now: Int64
    ) throws -> (LogHead, sequence: Int64) {
        if isNew {
            try database.run("INSERT INTO fact (name, value) VALUES ('origin', ?), ('created', ?)", [signer.verifierKey.name, "\(now)"])
        }
        var head = try LogHead(restoring: signer, from: database) ?? LogHead(new: signer, in: database, now: now)
        let transaction = StoreTransaction(database, bootID: bootID, firstLeaf: head.size, firstSequence: 0, now: now)
        try OpenIntents.close(transaction)
        try head.append(transaction.leaves, signing: !transaction.leaves.isEmpty, in: database, now: now)
        return (head, Int64(transaction.leaves.count))
    }
}
