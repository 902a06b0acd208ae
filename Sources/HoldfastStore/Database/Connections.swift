import GRDB
import HoldfastCore
import Synchronization

/// How each connection to holdfast.db is set up.
enum Connections {
    /// `HFND`, in the file's header.
    static let applicationID: Int32 = 0x4846_4E44

    /// The one that writes.
    static func writer(_ path: String) throws -> DatabaseQueue {
        var configuration = common("writer")
        configuration.prepareDatabase { database in
            // auto_vacuum counts only before the first table is made, and journal_mode makes the file's header.
            try database.execute(
                sql: """
                    PRAGMA auto_vacuum = INCREMENTAL;
                    PRAGMA journal_mode = WAL;
                    PRAGMA synchronous = FULL;
                    PRAGMA secure_delete = ON;
                    PRAGMA trusted_schema = OFF;
                    PRAGMA wal_autocheckpoint = 4000;
                    PRAGMA journal_size_limit = 67108864;
                    """)
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    static func reader(_ path: String) throws -> DatabaseQueue {
        var configuration = common("reader")
        configuration.readonly = true
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA trusted_schema = OFF") }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private static func common(_ label: String) -> Configuration {
        var configuration = Configuration()
        configuration.label = "holdfast.\(label)"
        configuration.busyMode = .timeout(5)
        return configuration
    }
}

/// A few connections that read beside the writer, taken in turn.
final class ReaderPool: Sendable {
    private let connections: [DatabaseQueue]
    private let turn = Atomic<Int>(0)

    init(_ path: String, count: Int = 3) throws {
        connections = try (0..<count).map { _ in try Connections.reader(path) }
    }

    /// Runs one short read transaction; a long one would keep the write-ahead log from shrinking.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        let number = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        do {
            return try await connections[Int(UInt(bitPattern: number) % UInt(connections.count))].read(body)
        } catch let error as DatabaseError {
            throw DatabaseFailure.error(error, "read the database")
        }
    }

    func close() {
        for connection in connections { try? connection.close() }
    }
}
