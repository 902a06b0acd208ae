import GRDB
import HoldfastCore

/// Days of tokens, in SQL.
struct TokenLedger {
    let clock: TokenClock
    let wall: Int64

    /// Counts from here on by this boot of the machine, also when nothing is let in: else a clock that came up in 1970 would stand still.
    func anchor(in database: Database) throws {
        try clock.keep(clock.time(in: database, wall: wall), in: database, wall: wall)
    }

    /// - Throws: ``TokenShortage``.
    func reserve(_ reservation: TokenReservation, id: String, in database: Database) throws {
        let time = try clock.time(in: database, wall: wall)
        if let shortage = try shortage(reservation, at: time, in: database) { throw shortage }
        try database.run(
            "INSERT INTO token_reservation (id, tenant, account, slot, prompt, tokens) VALUES (?, ?, ?, ?, ?, ?)",
            [id, reservation.tenant, reservation.account, TokenClock.slot(time), reservation.prompt, reservation.tokens])
        try clock.keep(time, in: database, wall: wall)
        try forgetOld(at: time, in: database)
    }

    /// Puts what a request used in the place of what was reserved for it, if anything was.
    ///
    /// What the engine counted is charged. An answer that broke off is charged its prompt and a token for each piece of text that came; a
    /// request that failed before any came, nothing; one whose outcome nobody knows, all that was reserved, on the time of its beginning.
    func settle(_ record: AuditRecord, in database: Database) throws {
        let row = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT tenant, account, slot, prompt, tokens FROM token_reservation WHERE id = ?"),
            arguments: [record.id])
        guard let row else { return }
        let time = try clock.time(in: database, wall: wall)
        let isKnown = record.outcome?.result != .interrupted
        let used = isKnown ? Self.used(record, prompt: row[3]) : row[4]
        try database.run("DELETE FROM token_reservation WHERE id = ?", [record.id])
        if used > 0 {
            try database.run(
                """
                INSERT INTO token_use (tenant, account, slot, tokens) VALUES (?, ?, ?, ?)
                ON CONFLICT (tenant, account, slot) DO UPDATE SET tokens = tokens + excluded.tokens
                """, [row[0] as String, row[1] as String, isKnown ? TokenClock.slot(time) : row[2] as Int64, used])
        }
        try clock.keep(time, in: database, wall: wall)
    }

    private static func used(_ record: AuditRecord, prompt: Int64) -> Int64 {
        if let tokens = record.tokens { return max(0, tokens.prompt) + max(0, tokens.completion) }
        let pieces = record.parameters["deltas"] ?? 0
        // Who hung up while the prompt was computed had it computed.
        return pieces > 0 || record.outcome?.result == .cancelled ? prompt + pieces : 0
    }

    /// - Returns: nil when it fits.
    func shortage(_ wanted: TokenReservation, at time: Int64, in database: Database) throws -> TokenShortage? {
        let oldest = TokenClock.slot(time) - TokenClock.slots
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT slot, tokens FROM token_use WHERE tenant = ? AND account = ? AND slot >= ? ORDER BY slot"),
            arguments: [wanted.tenant, wanted.account, oldest])
        let reserved =
            try Int64.fetchOne(
                database.cachedStatement(sql: "SELECT sum(tokens) FROM token_reservation WHERE tenant = ? AND account = ?"),
                arguments: [wanted.tenant, wanted.account]) ?? 0
        let used = rows.reduce(reserved) { $0 + ($1[1] as Int64) }
        guard used + wanted.tokens > wanted.limit else { return nil }
        guard wanted.tokens <= wanted.limit else { return TokenShortage(used: used, retryAfter: nil) }
        var excess = used + wanted.tokens - wanted.limit
        for row in rows {
            excess -= row[1]
            guard excess > 0 else {
                let free = ((row[0] as Int64) + TokenClock.slots + 1) * TokenClock.slotLength
                return TokenShortage(used: used, retryAfter: Int(max(1, (free - time + 999) / 1000)))
            }
        }
        // Requests under way hold the rest, and seldom need all of it.
        return TokenShortage(used: used, retryAfter: 10)
    }

    private func forgetOld(at time: Int64, in database: Database) throws {
        try database.run("DELETE FROM token_use WHERE slot < ?", [TokenClock.slot(time) - TokenClock.slots])
    }

    func all(in database: Database) throws -> [TokenUse] {
        let oldest = TokenClock.slot(try clock.time(in: database, wall: wall)) - TokenClock.slots
        return try Row.fetchAll(
            database,
            sql: """
                SELECT tenant, account, sum(used), sum(reserved) FROM (
                    SELECT tenant, account, tokens AS used, 0 AS reserved FROM token_use WHERE slot >= ?
                    UNION ALL SELECT tenant, account, 0, tokens FROM token_reservation)
                GROUP BY tenant, account ORDER BY tenant, account
                """, arguments: [oldest]
        ).map { TokenUse(tenant: $0[0], account: $0[1], used: $0[2], reserved: $0[3]) }
    }
}

extension StoreTransaction {
    /// Reserves for the request whose intent has this id, in the intent's own transaction. The outcome with that id settles it.
    /// - Throws: ``TokenShortage``.
    public func reserve(_ reservation: TokenReservation, id: String) throws { try tokens.reserve(reservation, id: id, in: database) }
}

extension NodeStore {
    private func ledger(wall: Int64) -> TokenLedger { TokenLedger(clock: writer.tokenClock, wall: wall) }

    /// What every caller has used of its limited bindings. Those that used nothing in 24 hours are not there.
    /// - Parameter now: milliseconds since 1970.
    public func tokenUse(now: Int64) async throws -> [TokenUse] {
        let ledger = ledger(wall: now)
        return try await readers.read { try ledger.all(in: $0) }
    }

    /// Whether a reservation would fit, without making it: for a no that costs nothing. Only the transaction that makes it decides.
    public func shortage(_ wanted: TokenReservation, now: Int64) async throws -> TokenShortage? {
        let ledger = ledger(wall: now)
        return try await readers.read { database in
            try ledger.shortage(wanted, at: ledger.clock.time(in: database, wall: now), in: database)
        }
    }
}
