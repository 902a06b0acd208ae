import GRDB
import HoldfastCore

/// Somebody's wish to let entries go, waiting for somebody else to agree.
public struct PruneRequest: Sendable, Equatable {
    /// For so long a second subject may agree: 24 hours, in milliseconds.
    public static let lifetime: Int64 = 86_400_000

    public let id: String
    /// Milliseconds since 1970, exclusive.
    public let before: Int64
    public let range: Range<Int64>
    /// The uid that asked.
    public let requester: Int64
    /// Milliseconds since 1970.
    public let created: Int64

    public init(id: String, before: Int64, range: Range<Int64>, requester: Int64, created: Int64) {
        self.id = id
        self.before = before
        self.range = range
        self.requester = requester
        self.created = created
    }

    public var expires: Int64 { created + Self.lifetime }

    /// A clock that has gone back makes no request younger than it is.
    public func isOpen(at now: Int64) -> Bool { (created...expires).contains(now) }
}

extension StoreTransaction {
    /// Stores a request and forgets those that have expired.
    public func addPruneRequest(_ request: PruneRequest) throws {
        try database.run("DELETE FROM prune_request WHERE created > ?1 OR created < ?1 - ?2", [now, PruneRequest.lifetime])
        try database.run(
            "INSERT INTO prune_request (id, before, first, past, requester, created) VALUES (?, ?, ?, ?, ?, ?)",
            [request.id, request.before, request.range.lowerBound, request.range.upperBound, request.requester, request.created])
    }

    /// Takes a request out, to be carried out in this transaction.
    /// - Throws: ``HoldfastError`` `record_not_found` when there is none of that id that can still be approved.
    public func takePruneRequest(_ id: String) throws -> PruneRequest {
        guard let request = try PruneRequest.find(id, in: database), request.isOpen(at: now) else { throw PruneRequest.notFound(id) }
        try database.run("DELETE FROM prune_request WHERE id = ?", [id])
        return request
    }
}

extension NodeStore {
    /// - Throws: ``HoldfastError`` `record_not_found`, also for a request that has expired.
    public func pruneRequest(_ id: String, now: Int64) async throws -> PruneRequest {
        guard let request = try await readers.read({ try PruneRequest.find(id, in: $0) }), request.isOpen(at: now) else {
            throw PruneRequest.notFound(id)
        }
        return request
    }

    /// What a request speaks of, as it is now.
    /// - Returns: nil when all of it has gone in the meantime.
    public func plan(_ request: PruneRequest) async throws -> RemovalPlan? {
        let first = audit.minimumIndex
        guard first < request.range.upperBound else { return nil }
        let range = first..<request.range.upperBound
        return try await readers.read { database in
            RemovalPlan(range: range, root: try RemovalPlanner.root(of: Int(range.lowerBound)..<Int(range.upperBound), in: database))
        }
    }
}

extension PruneRequest {
    static func find(_ id: String, in database: Database) throws -> PruneRequest? {
        try Row.fetchOne(
            database, sql: "SELECT before, first, past, requester, created FROM prune_request WHERE id = ?", arguments: [id]
        ).map { PruneRequest(id: id, before: $0[0], range: $0[1]..<$0[2], requester: $0[3], created: $0[4]) }
    }

    static func notFound(_ id: String) -> HoldfastError {
        HoldfastError(
            .recordNotFound, "There is no request '\(id.prefix(64))' to prune, or it is more than 24 hours old.",
            hint: "holdfast audit prune --before TIME makes one", field: "id")
    }
}
