import GRDB

/// What the audit trail takes of the disk.
public struct AuditUsage: Sendable, Equatable {
    /// Pages of the database that are in use: records, their indices and hashes, and the registry, which is small beside them.
    public var bytes: Int64
    /// Kept entries, and the bytes of their JSON.
    public var records: Int64
    public var recordBytes: Int64
    /// The subject with most bytes; nil without records.
    public var largest: Subject?

    public struct Subject: Sendable, Equatable {
        /// `uid:1001`, `token:kiosk`: the caller's `tenant`.
        public var tenant: String
        public var records: Int64
        public var bytes: Int64
    }
}

extension NodeStore {
    public func auditUsage() async throws -> AuditUsage {
        try await readers.read { database in
            func pragma(_ name: String) throws -> Int64 { try Int64.fetchOne(database, sql: "PRAGMA \(name)") ?? 0 }
            let subjects = try SubjectSums.all(in: database)
            return AuditUsage(
                bytes: (try pragma("page_count") - pragma("freelist_count")) * (try pragma("page_size")),
                records: subjects.reduce(0) { $0 + $1.records }, recordBytes: subjects.reduce(0) { $0 + $1.bytes },
                largest: subjects.first.map { AuditUsage.Subject(tenant: $0.tenant, records: $0.records, bytes: $0.bytes) })
        }
    }

    /// Ends the use of the reserve once there is room for it again.
    /// - Returns: true when the node was short of room and no longer is.
    public func rebuildReserve() -> Bool {
        guard reserve.build(), writer.shortage != nil else { return false }
        writer.setShortage(nil)
        return true
    }

    /// Whether STATE/reserve is there.
    public var hasReserve: Bool { reserve.isReady }
}
