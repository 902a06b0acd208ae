import GRDB
public import HoldfastCore
import HoldfastCrypto

/// A prompt or an answer as it is kept for an auditor: encrypted before it comes here.
public struct CapturedContent: Sendable, Equatable {
    public enum Part: String, Sendable, CaseIterable {
        case prompt
        case answer
    }

    public let part: Part
    /// An age file.
    public let file: [UInt8]

    public init(_ part: Part, file: [UInt8]) {
        self.part = part
        self.file = file
    }

    /// As the record names it.
    public var digest: SHA256Digest? { SHA256Digest(bytes: SHA256.hash(file)) }
}

/// What becomes of a record whose content should be captured and cannot be.
public enum CaptureShortage: Sendable, Equatable {
    /// The record is not written either.
    case refuse(HoldfastError.Code)
    /// The record is written with this outcome, and with `params.uncaptured`.
    case outcome(AuditOutcome)
    /// The record is written with `params.uncaptured`.
    case goOn
}

/// What became of it.
public enum CaptureResult: Sendable, Equatable {
    case kept
    case noRoom
    /// The request was forgotten while it was under way.
    case forgotten
}

extension StoreTransaction {
    /// Adds a record and keeps what was captured with it, or neither.
    /// - Parameters:
    ///   - budget: the most bytes all captured content may have.
    ///   - shortage: what to do where this would exceed it.
    /// - Returns: whether it was kept. It is not where the request was forgotten in the meantime; the record says so either way.
    /// - Throws: ``HoldfastError`` with the code of ``CaptureShortage/refuse(_:)``; what ``append(_:salt:)`` throws.
    @discardableResult public func append(
        _ record: AuditRecord, salt: [UInt8]? = nil, capturing content: CapturedContent, budget: Int64, shortage: CaptureShortage
    ) throws -> CaptureResult {
        let isForgotten = try salt == nil && !holdsSalt(of: record.id)
        let used = try Int64.fetchOne(database, sql: "SELECT bytes FROM captured_sum") ?? 0
        let fits = used + Int64(content.file.count) <= budget
        var record = record
        guard fits, !isForgotten, let digest = content.digest else {
            if !isForgotten {
                switch shortage {
                case .refuse(let code): throw CapturedContent.noRoom(code)
                case .outcome(let outcome): record.outcome = outcome
                case .goOn: break
                }
            }
            record.markUncaptured()
            try append(record, salt: salt)
            return isForgotten ? .forgotten : .noRoom
        }
        record.content?.captured = digest
        try append(record, salt: salt)
        try database.run(
            "INSERT INTO captured_content (id, part, time, file) VALUES (?, ?, ?, ?) ON CONFLICT (id, part) DO NOTHING",
            [record.id, content.part.rawValue, now, Blob(content.file)])
        return .kept
    }

    private func holdsSalt(of id: String) throws -> Bool {
        try Int.fetchOne(database, sql: "SELECT 1 FROM audit_salt WHERE id = ?", arguments: [id]) != nil
    }

    /// Lets captured content from before a time go. What is in the write-ahead log of it goes with the log.
    /// - Parameter time: milliseconds since 1970, exclusive.
    /// - Returns: how many files went, at most some hundred at a time.
    public func removeCaptured(before time: Int64) throws -> Int64 {
        let rows = try Row.fetchAll(
            database, sql: "SELECT id, part FROM captured_content WHERE time < ? ORDER BY time LIMIT 64", arguments: [time])
        for row in rows {
            try database.run("DELETE FROM captured_content WHERE id = ? AND part = ?", [row[0] as String, row[1] as String])
        }
        return Int64(rows.count)
    }
}

extension AuditRecord {
    /// Says that its content should have been captured and was not.
    public mutating func markUncaptured() { parameters["uncaptured"] = 1 }
}

extension CapturedContent {
    public static func noRoom(_ code: HoldfastError.Code) -> HoldfastError {
        HoldfastError(
            code, "Prompts and answers of this role are captured for an auditor, and there is no room for more.",
            detail: "audit.capture_budget is used up", hint: "ask a records officer: holdfast audit forget, or holdfast audit prune",
            retryAfter: 60)
    }
}

extension NodeStore {
    /// Captured content: files and bytes.
    public func capturedUsage() async throws -> (files: Int64, bytes: Int64) {
        try await readers.read { database in
            let row = try Row.fetchOne(database, sql: "SELECT files, bytes FROM captured_sum")
            return (row?[0] ?? 0, row?[1] ?? 0)
        }
    }
}
