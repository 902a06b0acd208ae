import Dispatch
import GRDB
import HoldfastCore
import Synchronization

extension NodeStore {
    /// After a disk error: copies what was acknowledged to a new file, brings it to the disk, verifies every record of it against the signed
    /// checkpoints and against the tree in memory, and exchanges the databases. The write-ahead log of the error is never used again.
    ///
    /// Callers of the commit that failed were told so, and their records are not in the copy.
    /// - Returns: false when there was nothing to recover from.
    /// - Throws: ``HoldfastError`` saying why the node stays as it is: everything refused.
    public func recover() async throws -> Bool {
        guard writer.failure != nil else { return false }
        guard
            recovering.withLock({ recovering in
                defer { recovering = true }
                return !recovering
            })
        else { return false }
        defer { recovering.withLock { $0 = false } }
        // Nothing begins any more; this waits for what was running.
        try? await connection.writeWithoutTransaction { database in
            if database.isInsideTransaction { try? database.rollback() }
        }
        let exchange = DatabaseExchange(directory: directory)
        do {
            try await blocking { try exchange.fill(from: self.readers) }
            try await verifyCopy(exchange.copy)
            let head = try await blocking { try self.exchangeDatabases(exchange) }
            writer.resume(head)
            return true
        } catch {
            exchange.forget()
            throw DatabaseFailure.error(error, "recover from the disk error")
        }
    }

    private func verifyCopy(_ path: String) async throws {
        let report = try await AuditVerifier(database: path, directory: directory, key: verifierKey).verify()
        if let problem = report.firstProblem {
            throw HoldfastError(
                .auditBroken, "The copy of the audit log does not hold: \(problem.what)", hint: "holdfast audit verify --state DIR")
        }
    }

    private func exchangeDatabases(_ exchange: DatabaseExchange) throws -> LogHead {
        let acknowledged = writer.acknowledged
        let copy = try DatabaseQueue(path: exchange.copy)
        let (head, whole) = try copy.read { database in
            (try self.writer.reread(database), try String.fetchOne(database, sql: "PRAGMA quick_check(1)"))
        }
        try copy.close()
        guard let head, head.size == acknowledged.size, head.root == acknowledged.root else {
            throw HoldfastError(.auditBroken, "The copy of the audit log does not have all \(acknowledged.size) acknowledged records.")
        }
        guard whole == "ok" else { throw HoldfastError(.databaseFailed, "The copy of the database is damaged: \(whole ?? "no answer").") }
        try exchange.adopt()
        // The old connections close with their last reader. They find their file gone then, and leave the log of the new one alone.
        _ = try readers.exchange(for: directory.database)
        _ = writer.connection.exchange(for: try Connections.writer(directory.database))
        return head
    }

    /// Runs what waits for the disk off the cooperative pool.
    private func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
        }
    }
}
