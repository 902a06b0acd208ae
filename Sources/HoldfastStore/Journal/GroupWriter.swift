import GRDB
import HoldfastCore
import Synchronization

/// The single writer. It takes everything that waits, commits it as one transaction, resumes the callers, and looks again: while one commit
/// waits for the disk, the next group gathers.
final class GroupWriter: Sendable {
    private struct Inbox {
        var jobs: [WriteJob] = []
        var isRunning = false
        var isClosed = false
        var failure: HoldfastError?
    }

    /// What only the writer's queue touches.
    struct Log: Sendable {
        var head: LogHead
        var sequence: Int64
    }

    let bootID: String
    let status: LogStatus
    private let connection: DatabaseQueue
    private let now: @Sendable () -> Int64
    private let index: RegistryIndex
    private let space: BlobSpace
    private let checkpointFile: CheckpointFile
    private let inbox = Mutex(Inbox())
    private let log: Mutex<Log>

    init(
        connection: DatabaseQueue, bootID: String, log: Log, status: LogStatus, index: RegistryIndex, space: BlobSpace,
        checkpointFile: CheckpointFile, now: @escaping @Sendable () -> Int64
    ) {
        self.connection = connection
        self.bootID = bootID
        self.status = status
        self.index = index
        self.space = space
        self.checkpointFile = checkpointFile
        self.now = now
        self.log = Mutex(log)
    }

    /// Why nothing is written any more.
    var failure: HoldfastError? { inbox.withLock { $0.failure } }

    func commit<Value: Sendable>(_ work: @escaping @Sendable (StoreTransaction) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { submit(WriteJob(work, $0)) }
    }

    /// Refuses what comes from now on; what waits is still written.
    func stop() { inbox.withLock { $0.isClosed = true } }

    private func submit(_ job: WriteJob) {
        let (refusal, starts): (HoldfastError?, Bool) = inbox.withLock { inbox in
            if let failure = inbox.failure { return (failure, false) }
            if inbox.isClosed { return (HoldfastError(.shuttingDown, "The node is stopping."), false) }
            inbox.jobs.append(job)
            defer { inbox.isRunning = true }
            return (nil, !inbox.isRunning)
        }
        if let refusal { job.fail(refusal) }
        if starts { connection.asyncWriteWithoutTransaction { self.drain($0) } }
    }

    private func drain(_ database: Database) {
        while true {
            let (batch, failure) = inbox.withLock { inbox in
                defer { inbox.jobs = [] }
                inbox.isRunning = !inbox.jobs.isEmpty
                return (inbox.jobs, inbox.failure)
            }
            if batch.isEmpty { return }
            if let failure {
                for job in batch { job.fail(failure) }
            } else {
                log.withLock { process(batch, database, &$0) }
            }
        }
    }

    private func process(_ batch: [WriteJob], _ database: Database, _ log: inout Log) {
        let transaction = StoreTransaction(
            database, bootID: bootID, firstLeaf: log.head.size, firstSequence: log.sequence, now: now())
        var next = log
        let outcomes: [@Sendable () -> Void]
        do {
            try database.beginTransaction(.immediate)
            outcomes = try batch.map { try run($0, transaction, alone: batch.count == 1) }
            try next.head.append(transaction.leaves, signing: transaction.signs, in: database, now: transaction.now)
            next.sequence += Int64(transaction.leaves.count)
            try database.commit()
        } catch {
            if database.isInsideTransaction { try? database.rollback() }
            let refusal = refuse(error)
            for job in batch { job.fail(refusal) }
            return
        }
        let signed = next.head.checkpoint.size != log.head.checkpoint.size
        log = next
        if transaction.changesRegistry { index.changed() }
        for digest in transaction.adopted { space.unpin(digest) }
        status.publish(size: log.head.size, checkpoint: log.head.checkpoint)
        if signed { checkpointFile.replace(with: log.head.note) }
        for outcome in outcomes { outcome() }
    }

    /// Runs one caller's closure within its savepoint.
    /// - Returns: what tells the caller, for after the commit.
    /// - Throws: what makes the whole transaction impossible.
    private func run(_ job: WriteJob, _ transaction: StoreTransaction, alone: Bool) throws -> @Sendable () -> Void {
        let database = transaction.database
        let mark = transaction.mark()
        if !alone { try database.run("SAVEPOINT caller") }
        do {
            let outcome = try job.run(transaction)
            if !alone { try database.run("RELEASE caller") }
            return outcome
        } catch {
            // SQLite ends the transaction itself after some errors; a lone caller's goes as a whole.
            guard !DatabaseFailure.isFatal(error), database.isInsideTransaction, !alone else { throw error }
            try database.run("ROLLBACK TO caller")
            try database.run("RELEASE caller")
            transaction.rollBack(to: mark)
            let told = Self.told(error)
            return { job.fail(told) }
        }
    }

    /// - Returns: what to tell all callers of a transaction that did not come about.
    private func refuse(_ error: any Error) -> any Error {
        guard DatabaseFailure.isFatal(error) else { return Self.told(error) }
        let cause = DatabaseFailure.error(error, "write to the disk")
        let failure = HoldfastError(
            .auditUnavailable, "Nothing can be recorded any more, so nothing is done: \(cause.message)", detail: cause.detail,
            hint: "look at the disk, then restart holdfastd", cause: error)
        inbox.withLock { $0.failure = failure }
        return failure
    }

    private static func told(_ error: any Error) -> any Error {
        error is DatabaseError ? DatabaseFailure.error(error, "write to the database") : error
    }
}
