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
        /// Why only what is essential is written: the disk is full, and the reserve is being used.
        var shortage: HoldfastError?
    }

    /// What only the writer's queue touches.
    struct Log: Sendable {
        var head: LogHead
        var sequence: Int64
        /// On a full disk the store was opened without closing the last run's intents: the first transaction does it.
        var owesOutcomes: Bool
    }

    let bootID: String
    let status: LogStatus
    let connection: WriterConnection
    private let reserve: AuditReserve
    private let now: @Sendable () -> Int64
    private let isClockTrusted: @Sendable () -> Bool
    private let index: RegistryIndex
    private let space: BlobSpace
    private let checkpointFile: CheckpointFile
    let copying: LogCopying
    let tokenClock: TokenClock
    private let inbox = Mutex(Inbox())
    private let log: Mutex<Log>

    init(
        connection: WriterConnection, reserve: AuditReserve, bootID: String, log: Log, status: LogStatus, index: RegistryIndex,
        space: BlobSpace, checkpointFile: CheckpointFile, tokenClock: TokenClock, now: @escaping @Sendable () -> Int64,
        isClockTrusted: @escaping @Sendable () -> Bool
    ) {
        self.tokenClock = tokenClock
        self.connection = connection
        self.reserve = reserve
        self.bootID = bootID
        self.status = status
        self.index = index
        self.space = space
        self.checkpointFile = checkpointFile
        self.now = now
        self.isClockTrusted = isClockTrusted
        copying = LogCopying(reserve: reserve.bytes)
        self.log = Mutex(log)
    }

    /// Why nothing is written any more.
    var failure: HoldfastError? { inbox.withLock { $0.failure } }

    /// Why only what is essential is written; nil while there is room.
    var shortage: HoldfastError? { inbox.withLock { $0.shortage } }

    func setShortage(_ shortage: HoldfastError?) { inbox.withLock { $0.shortage = shortage } }

    /// The tree as it was acknowledged: what any copy of the log must have.
    var acknowledged: (size: Int, root: MerkleHash) { log.withLock { ($0.head.size, $0.head.root) } }

    /// The head of a copy of this log.
    func reread(_ database: Database) throws -> LogHead? { try log.withLock { $0.head }.reread(from: database) }

    /// A note by the log's key, about something else than its size.
    func sign(_ text: String) throws -> SignedNote { try log.withLock { $0.head }.sign(text) }

    /// Milliseconds since 1970.
    var currentTime: Int64 { now() }

    /// Writes again, after the connection was exchanged for one to a database with the same log.
    func resume(_ head: LogHead) {
        log.withLock { $0.head = head }
        inbox.withLock { $0.failure = nil }
    }

    /// - Parameter essential: written on the reserve too.
    func commit<Value: Sendable>(
        essential: Bool = false, _ work: @escaping @Sendable (StoreTransaction) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { submit(WriteJob(work, $0), essential: essential) }
    }

    /// Refuses what comes from now on; what waits is still written.
    func stop() { inbox.withLock { $0.isClosed = true } }

    private func submit(_ job: WriteJob, essential: Bool) {
        let (refusal, starts): (HoldfastError?, Bool) = inbox.withLock { inbox in
            if let failure = inbox.failure { return (failure, false) }
            if !essential, let shortage = inbox.shortage { return (shortage, false) }
            if inbox.isClosed { return (HoldfastError(.shuttingDown, "The node is stopping."), false) }
            inbox.jobs.append(job)
            defer { inbox.isRunning = true }
            return (nil, !inbox.isRunning)
        }
        if let refusal { job.fail(refusal) }
        if starts { connection.current.asyncWriteWithoutTransaction { self.drain($0) } }
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
            database, bootID: bootID, firstLeaf: log.head.size, firstSequence: log.sequence, tokenClock: tokenClock, now: now(),
            isClockTrusted: isClockTrusted())
        var next = log
        let outcomes: [@Sendable () -> Void]
        do {
            try database.beginTransaction(.immediate)
            if log.owesOutcomes { try OpenIntents.close(transaction) }
            next.owesOutcomes = false
            outcomes = try batch.map { try run($0, transaction, alone: batch.count == 1) }
            try next.head.append(transaction.leaves, signing: transaction.signs, in: database, now: transaction.now)
            if let successor = transaction.successor { try next.head.handOver(to: successor, in: database, now: transaction.now) }
            try transaction.settleSubjects()
            next.sequence += Int64(transaction.leaves.count)
            try database.commit()
        } catch {
            if database.isInsideTransaction { try? database.rollback() }
            if DatabaseFailure.isFull(error) { useReserve() }
            let refusal = refuse(error)
            for job in batch { job.fail(refusal) }
            return
        }
        let signed = next.head.checkpoint.size != log.head.checkpoint.size
        log = next
        if transaction.changesRegistry { index.changed() }
        for digest in transaction.adopted { space.unpin(digest) }
        if let minimum = transaction.minimumIndex { status.raise(minimumIndex: minimum) }
        status.publish(size: log.head.size, checkpoint: log.head.checkpoint, key: log.head.verifierKey)
        if signed { checkpointFile.replace(with: log.head.note) }
        for outcome in outcomes { outcome() }
        copyLog(database)
    }

    /// What was committed stays so whatever happens here.
    private func copyLog(_ database: Database) {
        do {
            try copying.copyWhenGrown(database)
        } catch {
            if DatabaseFailure.isFull(error) { useReserve() }
            _ = refuse(error)
        }
    }

    /// Runs what is no caller's part of a transaction on the writer's connection. A disk error ends all writing, as that of a commit does.
    func maintain<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await connection.current.writeWithoutTransaction { database in
            if let failure = self.failure { throw failure }
            do { return try work(database) } catch { throw self.refuse(error) }
        }
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

    /// The disk is full: gives the reserve to what must still be written.
    private func useReserve() {
        guard reserve.isEnabled else { return }
        reserve.release()
        setShortage(AuditShortage.error)
    }

    /// - Returns: what to tell all callers of a transaction that did not come about.
    private func refuse(_ error: any Error) -> any Error {
        guard DatabaseFailure.isFatal(error) else { return Self.told(error) }
        let cause = DatabaseFailure.error(error, "write to the disk")
        let failure = HoldfastError(
            .auditUnavailable, "Nothing can be recorded any more, so nothing is done: \(cause.message)", detail: cause.detail,
            hint: "look at the disk; the node tries again by itself, and says in holdfast status how it went", cause: error)
        inbox.withLock { $0.failure = failure }
        return failure
    }

    private static func told(_ error: any Error) -> any Error {
        error is DatabaseError ? DatabaseFailure.error(error, "write to the database") : error
    }
}
