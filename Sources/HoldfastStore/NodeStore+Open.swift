import GRDB
import HoldfastCore
import HoldfastCrypto

/// What opening found, on its way into a ``NodeStore``.
struct OpenedStore {
    let directory: StateDirectory
    let lock: OpenFile
    let reserve: AuditReserve
    let readers: ReaderPool
    let blobs: BlobStore
    let index: RegistryIndex
    let writer: GroupWriter
    let keyIsCredential: Bool
    let checkpointFile: CheckpointFile
}

extension NodeStore {
    /// Opens the state directory, or makes it, and recovers from whatever the last run left: open intents become `interrupted` outcomes,
    /// half-staged files go.
    /// - Throws: ``HoldfastError`` `configuration_invalid` (a directory others can write to), `state_in_use`, `database_too_new`,
    ///   `database_failed`, `audit_unavailable` (the signing key), `audit_broken` (the log does not match its checkpoint, or is gone),
    ///   `disk_full`, `file_unreadable`.
    public static func open(_ options: StoreOptions) throws -> NodeStore {
        let directory = StateDirectory(path: options.stateDirectory)
        try StateWipe(directory: directory).refuseTombstone()
        try directory.prepare()
        let lock = try directory.takeLock()
        try RestoreExchange(directory: directory).completeOrForget()
        let exchange = DatabaseExchange(directory: directory)
        if !exchange.isDue { try directory.refuseLostDatabase() }
        try exchange.completeOrForget()
        try directory.makeDatabase()
        let reserve = AuditReserve(directory.reserve, bytes: options.auditReserveBytes)
        let store: NodeStore
        do {
            store = try open(directory, lock, reserve, options)
        } catch let error as HoldfastError where [.diskFull, .databaseFailed].contains(error.code) {
            // A full disk must not keep the node from starting, to say so and to be pruned.
            guard reserve.release() || error.code == .diskFull else { throw error }
            store = try open(directory, lock, reserve, options, isFull: true)
        }
        try store.engines.collect()
        if !reserve.isEnabled { reserve.release() }
        if !reserve.build() { store.writer.setShortage(AuditShortage.error) }
        return store
    }

    private static func open(
        _ directory: StateDirectory, _ lock: OpenFile, _ reserve: AuditReserve, _ options: StoreOptions, isFull: Bool = false
    ) throws -> NodeStore {
        do {
            // Nothing of it is copied here: that takes time, and on a full disk room.
            try WriteAheadLog.renew(besideDatabase: directory.database)
            let connection = try WriterConnection(directory.database)
            try refuseAnotherKind(connection.current, options)
            try Migrator(steps: Migration.all, now: options.now()).migrate(connection.current)
            if options.kind == .catalog {
                try Migrator(steps: Migration.catalog, table: Migrator.catalogTable, now: options.now()).migrate(connection.current)
            }
            if let newest = try connection.current.read({ try TrustedTime.stored(in: $0) }) { options.learnTime(newest) }
            return NodeStore(try recover(directory, lock, connection, reserve, options, isFull: isFull))
        } catch let error as DatabaseError {
            throw DatabaseFailure.error(error, "open the database", file: directory.database)
        }
    }

    /// A node's state is no catalog's, nor the other way round: one would act on what the other was told.
    private static func refuseAnotherKind(_ connection: DatabaseQueue, _ options: StoreOptions) throws {
        let (isOld, isCatalog) = try connection.read { (try $0.tableExists("migration"), try $0.tableExists(Migrator.catalogTable)) }
        guard isOld, isCatalog != (options.kind == .catalog) else { return }
        throw HoldfastError(
            .configurationInvalid, "The state directory \(options.stateDirectory) is a \(isCatalog ? "catalog" : "node")'s.",
            hint: "start with another --state")
    }

    private static func recover(
        _ directory: StateDirectory, _ lock: OpenFile, _ connection: WriterConnection, _ reserve: AuditReserve, _ options: StoreOptions,
        isFull: Bool
    ) throws -> OpenedStore {
        let blobs = BlobStore(directory: directory, quota: options.quotaBytes, reserve: options.reserveBytes)
        try blobs.collectStaging()
        let bootID = Hex.encode(try SecureRandom.bytes(16))
        let origin = try connection.current.read { try String.fetchOne($0, sql: "SELECT value FROM fact WHERE name = 'origin'") }
        let (successions, newest) = try connection.current.read { (try KeyHandover.all(in: $0), try KeyHandover.newest(in: $0)) }
        let key = try AuditKey.load(directory, credentials: options.credentialsDirectory, origin: origin, key: newest)
        let kept = CheckpointFile.kept(
            at: directory.checkpoint, chain: try KeyChain(trusting: [key.signer.verifierKey], successions: successions),
            origin: key.signer.verifierKey.name)
        let tokenClock = TokenClock(machine: options.machine)
        let log: GroupWriter.Log
        do {
            log = try connection.current.write { database in
                try begin(
                    database, key, kept: kept, bootID: bootID, isNew: origin == nil, tokenClock: tokenClock, now: options.now(),
                    isClockTrusted: options.isClockTrusted())
            }
        } catch let error as DatabaseError where isFull && DatabaseFailure.isFull(error) {
            log = try connection.current.read { try resume($0, key.signer, kept: kept, error) }
        }
        let head = log.head
        if let successor = key.successor, head.verifierKey == successor.verifierKey { try AuditKey.publish(successor, directory) }
        let minimum = try connection.current.read { try GapClaim.end(in: $0) }
        let status = LogStatus(size: head.size, checkpoint: head.checkpoint, key: head.verifierKey, minimumIndex: minimum)
        let checkpointFile = CheckpointFile(directory.checkpoint)
        checkpointFile.replace(with: head.note)
        let index = RegistryIndex()
        let writer = GroupWriter(
            connection: connection, reserve: reserve, bootID: bootID, log: log,
            status: status, index: index, space: blobs.space, checkpointFile: checkpointFile, tokenClock: tokenClock,
            now: options.now, isClockTrusted: options.isClockTrusted)
        return OpenedStore(
            directory: directory, lock: lock, reserve: reserve, readers: try ReaderPool(directory.database), blobs: blobs,
            index: index, writer: writer, keyIsCredential: key.isCredential, checkpointFile: checkpointFile)
    }

    /// The first transaction of a run.
    private static func begin(
        _ database: Database, _ key: AuditKey, kept: Checkpoint?, bootID: String, isNew: Bool, tokenClock: TokenClock, now: Int64,
        isClockTrusted: Bool
    ) throws -> GroupWriter.Log {
        let signer = key.signer
        if isNew {
            try database.run("INSERT INTO fact (name, value) VALUES ('origin', ?), ('created', ?)", [signer.verifierKey.name, "\(now)"])
        }
        var head = try LogHead(restoring: signer, from: database) ?? LogHead(new: signer, in: database, now: now)
        try head.refuseRollback(behind: kept)
        let transaction = StoreTransaction(
            database, bootID: bootID, firstLeaf: head.size, firstSequence: 0, tokenClock: tokenClock, now: now,
            isClockTrusted: isClockTrusted)
        try transaction.tokens.anchor(in: database)
        try OpenIntents.close(transaction)
        if let successor = key.successor {
            try transaction.append(KeyHandover.record(from: signer.verifierKey, to: successor.verifierKey, at: now))
        }
        try head.append(transaction.leaves, signing: !transaction.leaves.isEmpty, in: database, now: now)
        if let successor = key.successor { try head.handOver(to: successor, in: database, now: now) }
        try transaction.settleSubjects()
        return GroupWriter.Log(head: head, sequence: Int64(transaction.leaves.count), owesOutcomes: false)
    }

    /// Where the disk has no room for that transaction: what is there can be read, and the node says what it lacks.
    private static func resume(
        _ database: Database, _ signer: NoteSigner, kept: Checkpoint?, _ error: DatabaseError
    ) throws -> GroupWriter.Log {
        guard let head = try LogHead(restoring: signer, from: database) else { throw error }
        try head.refuseRollback(behind: kept)
        return GroupWriter.Log(head: head, sequence: 0, owesOutcomes: true)
    }
}
