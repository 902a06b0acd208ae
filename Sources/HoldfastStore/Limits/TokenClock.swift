import GRDB

/// The clock that days of tokens are counted by, as `migrations/node/0007-limits.sql` describes it.
struct TokenClock {
    /// Use is summed up in steps of this.
    static let slotLength: Int64 = 600_000
    /// Slots of the past that count beside the one that runs: at least 24 hours.
    static let slots: Int64 = 144
    /// More than this a machine that was off has not to be given: all that was used is then forgotten.
    private static let longestAbsence: Int64 = 25 * 3_600_000

    let machine: @Sendable () -> MachineTime

    /// Milliseconds.
    /// - Parameter wall: milliseconds since 1970; it counts only at the first start after a boot of the machine.
    func time(in database: Database, wall: Int64) throws -> Int64 {
        let row = try Row.fetchOne(database.cachedStatement(sql: "SELECT time, boot, elapsed, wall FROM token_clock"))
        // From any number on, but above the slots that are looked back at.
        guard let row else { return 10 * Self.longestAbsence }
        let now = machine()
        let (time, elapsed): (Int64, Int64) = (row[0], row[2])
        // Where boots have no names, a time since boot that has become less is another boot.
        if row[1] == now.boot, now.elapsed >= elapsed { return time + (now.elapsed - elapsed) }
        let absence = wall.subtractingReportingOverflow(row[3])
        return time + min(max(absence.overflow ? 0 : absence.partialValue, 0), Self.longestAbsence)
    }

    /// Keeps the moment, from which the next is counted.
    func keep(_ time: Int64, in database: Database, wall: Int64) throws {
        let now = machine()
        try database.run(
            """
            INSERT INTO token_clock (id, time, boot, elapsed, wall) VALUES (1, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
            SET time = excluded.time, boot = excluded.boot, elapsed = excluded.elapsed, wall = excluded.wall
            """, [time, now.boot, now.elapsed, wall])
    }

    static func slot(_ time: Int64) -> Int64 { time / slotLength }
}
