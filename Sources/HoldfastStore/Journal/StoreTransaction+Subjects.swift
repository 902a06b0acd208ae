import GRDB
import HoldfastCore

extension StoreTransaction {
    /// Stores a token's hash. One of the same name that has expired makes room for it.
    /// - Returns: all tokens there are from this commit on.
    /// - Throws: ``HoldfastError`` `subject_exists`, `quota_exceeded`.
    public func addToken(_ token: AccessToken) throws -> [AccessToken] {
        let tokens = try SubjectQueries.tokens(in: database)
        if let old = tokens.first(where: { $0.name == token.name }) {
            guard old.isExpired(at: now) else {
                throw HoldfastError(
                    .subjectExists, "There is a token '\(token.name)' already, and it has not expired.",
                    hint: "holdfast access token revoke \(token.name)", field: "name")
            }
            try database.run("DELETE FROM access_token WHERE name = ?", [token.name])
        } else if tokens.count >= AccessToken.maximumCount {
            throw HoldfastError(
                .quotaExceeded, "There are \(tokens.count) tokens, which is the most.", hint: "holdfast access token list")
        }
        try database.run(
            "INSERT INTO access_token (name, hash, role, creator_uid, created, expires) VALUES (?, ?, ?, ?, ?, ?)",
            [token.name, Blob(token.hash), token.role, Int64(token.creatorUID), token.created, token.expires])
        return try SubjectQueries.tokens(in: database)
    }

    /// - Returns: all tokens that are left from this commit on.
    /// - Throws: ``HoldfastError`` `subject_not_found`.
    public func removeToken(_ name: String) throws -> [AccessToken] {
        try database.run("DELETE FROM access_token WHERE name = ?", [name])
        guard database.changesCount == 1 else {
            throw HoldfastError(.subjectNotFound, "There is no token '\(name)'.", hint: "holdfast access token list", field: "name")
        }
        return try SubjectQueries.tokens(in: database)
    }

    /// Keeps the day on which tokens were last used. Of one that is gone nothing is kept.
    /// - Parameter days: days since 1970, by the hash of the token.
    public func keepUse(_ days: [[UInt8]: Int64]) throws {
        for (hash, day) in days {
            try database.run("UPDATE access_token SET used_day = ? WHERE hash = ?", [day, Blob(hash)])
        }
    }

    /// - Throws: ``HoldfastError`` `subject_exists`, `quota_exceeded`.
    public func addSocket(_ socket: ApplicationSocket) throws {
        let sockets = try SubjectQueries.sockets(in: database)
        guard !sockets.contains(where: { $0.name == socket.name }) else {
            throw HoldfastError(
                .subjectExists, "There is an application socket '\(socket.name)' already.",
                hint: "holdfast access socket revoke \(socket.name)", field: "name")
        }
        guard sockets.count < ApplicationSocket.maximumCount else {
            throw HoldfastError(
                .quotaExceeded, "There are \(sockets.count) application sockets, which is the most.", hint: "holdfast access socket list")
        }
        try database.run(
            "INSERT INTO application_socket (name, acts_as, creator_uid, created) VALUES (?, ?, ?, ?)",
            [socket.name, socket.actsAs.map { Int64($0) }, Int64(socket.creatorUID), socket.created])
    }

    /// - Throws: ``HoldfastError`` `subject_not_found`.
    public func removeSocket(_ name: String) throws {
        try database.run("DELETE FROM application_socket WHERE name = ?", [name])
        guard database.changesCount == 1 else {
            throw HoldfastError(
                .subjectNotFound, "There is no application socket '\(name)'.", hint: "holdfast access socket list", field: "name")
        }
    }
}
