import GRDB
import HoldfastCore

extension SHA256Digest {
    /// A digest read from a BLOB column.
    init(column bytes: [UInt8]) throws {
        guard let digest = SHA256Digest(bytes: bytes) else {
            throw HoldfastError(.databaseFailed, "The database holds a digest of \(bytes.count) bytes.")
        }
        self = digest
    }
}

extension Row {
    /// The bytes of a BLOB or TEXT column exactly as they are stored, also when they are not UTF-8.
    func bytes(_ column: Int) throws -> [UInt8] {
        try withUnsafeData(atIndex: column) { $0.map { Array($0) } ?? [] }
    }
}

extension Database {
    /// Runs a statement that is compiled once per connection.
    func run(_ sql: String, _ arguments: StatementArguments = []) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
