import GRDB
public import HoldfastCore
import Synchronization

/// A node's state on its disk: one SQLite file for registry and audit log, and the blobs beside it. One process at a time has it open.
public final class NodeStore: Sendable {
    public let blobs: BlobStore
    public let registry: Registry
    public let audit: AuditLog
    /// What it takes to check this log: c2sp.org/signed-note. Its name is the log's origin.
    public let verifierKey: NoteVerifierKey
    let writer: GroupWriter
    let connection: DatabaseQueue
    private let readers: ReaderPool
    private let directory: StateDirectory
    private let checkpointFile: CheckpointFile
    /// Held for as long as the store is open.
    private let lock: Mutex<OpenFile?>

    init(_ parts: OpenedStore) {
        blobs = parts.blobs
        registry = Registry(readers: parts.readers, index: parts.index)
        audit = AuditLog(readers: parts.readers, status: parts.writer.status)
        writer = parts.writer
        verifierKey = parts.verifierKey
        connection = parts.connection
        readers = parts.readers
        directory = parts.directory
        checkpointFile = parts.checkpointFile
        lock = Mutex(parts.lock)
    }

    /// Names this run of the daemon: 32 hexadecimal digits, random.
    public var bootID: String { writer.bootID }

    /// Why nothing is written any more; nil while all is well.
    public var failure: HoldfastError? { writer.failure }

    /// Runs `work` on the single writer and returns when what it did is durable, in one transaction with whatever else was waiting.
    ///
    /// When `work` throws, its own changes and records go and nobody else's.
    /// - Throws: what `work` throws; ``HoldfastError`` `disk_full` (nothing was changed), `audit_unavailable` (nothing is written any more),
    ///   `shutting_down`.
    public func commit<Value: Sendable>(_ work: @escaping @Sendable (StoreTransaction) throws -> Value) async throws -> Value {
        try await writer.commit(work)
    }

    /// Signs a checkpoint if there are records none covers, and brings STATE/checkpoint up to date.
    /// - Returns: the newest.
    @discardableResult public func checkpoint() async throws -> Checkpoint {
        try await commit { $0.signs = true }
        await checkpointFile.settle()
        return audit.lastCheckpoint()
    }

    /// Removes the blobs that no model names, but for those in `keeping` (the ones engines have open) and those just being added.
    public func prune(keeping: Set<SHA256Digest>) async throws -> CollectedBlobs {
        let blobs = blobs
        // On the writer, so that no model is added between the question and the removal.
        let trash = try await commit { transaction in
            let rows = try Row.fetchAll(transaction.database, sql: "SELECT digest FROM model")
            let named = try rows.map { try SHA256Digest(column: $0.bytes(0)) }
            return try blobs.moveToTrash(keeping: keeping.union(named))
        }
        return try blobs.emptyTrash(trash)
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
        if writer.failure == nil {
            _ = try? await connection.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            try? connection.close()
        }
        lock.withLock { $0 = nil }
    }
}
