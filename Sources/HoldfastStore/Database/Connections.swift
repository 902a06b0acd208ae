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
                    PRAGMA wal_autocheckpoint = 0;
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

/// The one connection that writes; exchanged when the database is.
final class WriterConnection: Sendable {
    private let queue: Mutex<DatabaseQueue>

    init(_ path: String) throws {
        queue = Mutex(try Connections.writer(path))
    }

    var current: DatabaseQueue { queue.withLock { $0 } }

    /// - Returns: the one before, still open.
    func exchange(for other: DatabaseQueue) -> DatabaseQueue {
        queue.withLock { queue in
            defer { queue = other }
            return queue
        }
    }
}

/// A few connections that read beside the writer, taken in turn.
final class ReaderPool: Sendable {
    private let pool: Mutex<[DatabaseQueue]>
    private let turn = Atomic<Int>(0)

    init(_ path: String, count: Int = 3) throws {
        pool = Mutex(try (0..<count).map { _ in try Connections.reader(path) })
    }

    private var connections: [DatabaseQueue] { pool.withLock { $0 } }

    /// Copies the database, as readers see it, page by page. Blocks.
    func copy(to target: DatabaseQueue) throws { try connections[0].backup(to: target) }

    /// - Returns: the connections before, still open.
    func exchange(for path: String) throws -> [DatabaseQueue] {
        let others = try (0..<connections.count).map { _ in try Connections.reader(path) }
        return pool.withLock { pool in
            defer { pool = others }
            return pool
        }
    }

    /// Runs one short read transaction; a long one would keep the write-ahead log from shrinking.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        let number = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        let connections = connections
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
