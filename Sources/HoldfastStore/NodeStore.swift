import GRDB
public import HoldfastCore
import Synchronization

/// A node's state on its disk: one SQLite file for registry and audit log, and the blobs beside it. One process at a time has it open.
public final class NodeStore: Sendable {
    public let blobs: BlobStore
    public let registry: Registry
    public let audit: AuditLog
    public let policies: PolicyHistory
    public let subjects: SubjectStore
    public let scheduling: SchedulingStore
    public let engines: EngineShelf
    /// Of a store that was opened as a catalog's.
    public let catalog: CatalogTables
    /// What it takes to check this log: c2sp.org/signed-note. Its name is the log's origin.
    public var verifierKey: NoteVerifierKey { audit.status.key }
    /// The signing key is a systemd credential.
    let keyIsCredential: Bool
    let rotating = Mutex(false)
    let writer: GroupWriter
    let readers: ReaderPool
    let directory: StateDirectory
    let reserve: AuditReserve
    let recovering = Mutex(false)
    private let checkpointFile: CheckpointFile
    /// Held for as long as the store is open.
    private let lock: Mutex<OpenFile?>

    init(_ parts: OpenedStore) {
        blobs = parts.blobs
        registry = Registry(readers: parts.readers, index: parts.index)
        audit = AuditLog(readers: parts.readers, status: parts.writer.status)
        policies = PolicyHistory(readers: parts.readers)
        subjects = SubjectStore(readers: parts.readers)
        scheduling = SchedulingStore(readers: parts.readers)
        engines = EngineShelf(directory: parts.directory, readers: parts.readers)
        catalog = CatalogTables(readers: parts.readers)
        writer = parts.writer
        keyIsCredential = parts.keyIsCredential
        reserve = parts.reserve
        readers = parts.readers
        directory = parts.directory
        checkpointFile = parts.checkpointFile
        lock = Mutex(parts.lock)
    }

    var connection: DatabaseQueue { writer.connection.current }

    /// Names this run of the daemon: 32 hexadecimal digits, random.
    public var bootID: String { writer.bootID }

    /// Why nothing is written any more; nil while all is well.
    public var failure: HoldfastError? { writer.failure }

    /// Why only what is essential is written: the disk is full and the reserve in use; nil while there is room.
    public var shortage: HoldfastError? { writer.shortage }

    /// Runs `work` on the single writer and returns when what it did is durable, in one transaction with whatever else was waiting.
    ///
    /// When `work` throws, its own changes and records go and nobody else's.
    /// - Parameter essential: to be written on the reserve too, when the disk is full: refusals, outcomes, what makes room.
    /// - Throws: what `work` throws; ``HoldfastError`` `disk_full` (nothing was changed), `audit_unavailable` (nothing is written any more,
    ///   or only what is essential), `shutting_down`.
    public func commit<Value: Sendable>(
        essential: Bool = false, _ work: @escaping @Sendable (StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await writer.commit(essential: essential, work)
    }

    /// Signs a checkpoint if there are records none covers, and brings STATE/checkpoint up to date.
    /// - Returns: the newest.
    @discardableResult public func checkpoint() async throws -> Checkpoint {
        try await commit(essential: true) { $0.signs = true }
        await settleCheckpointFile()
        return audit.lastCheckpoint()
    }

    func settleCheckpointFile() async { await checkpointFile.settle() }

    /// Removes the blobs that no model names, but for those in `keeping` (the ones engines have open) and those just being added.
    public func prune(keeping: Set<SHA256Digest>) async throws -> CollectedBlobs {
        let blobs = blobs
        // On the writer, so that no model is added between the question and the removal.
        let trash = try await commit(essential: true) { transaction in
            let rows = try Row.fetchAll(transaction.database, sql: "SELECT digest FROM model")
            let named = try rows.map { try SHA256Digest(column: $0.bytes(0)) }
            return try blobs.moveToTrash(keeping: keeping.union(named))
        }
        return try blobs.emptyTrash(trash)
    }

    /// Removes one blob, unless a model names it or another upload of the same file has just published it: what a refused upload left.
    public func removeUnreferenced(_ digest: SHA256Digest) async throws {
        let blobs = blobs
        let trash = try await commit(essential: true) { transaction in
            let isNamed = try RegistryQueries.model(digest, in: transaction.database) != nil
            return try blobs.moveToTrash(keeping: isNamed ? [digest] : [], only: digest)
        }
        _ = try blobs.emptyTrash(trash)
    }

    public func status() throws -> StoreStatus {
        StoreStatus(
            records: audit.size, checkpointSize: Int64(audit.lastCheckpoint().size), databaseBytes: directory.databaseBytes(),
            blobs: try blobs.usage(), failure: writer.failure)
    }

    /// Signs a last checkpoint, empties the write-ahead log and lets the state directory go. After a disk error the log stays as it is.
    public func close() async {
        _ = try? await checkpoint()
        writer.stop()
        audit.status.close()
        await checkpointFile.settle()
        readers.close()
        _ = try? await writer.maintain { try $0.checkpoint(.truncate) }
        if writer.failure == nil {
            try? connection.close()
        } else {
            // A connection that is closed brings its log into the database. This one's is not to be used, so it stays open.
            _ = Unmanaged.passRetained(connection)
        }
        lock.withLock { $0 = nil }
    }
}
