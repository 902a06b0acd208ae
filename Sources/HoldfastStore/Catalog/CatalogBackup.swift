import GRDB
import Glibc
import HoldfastCore

/// A copy of a catalog's state in a folder: database, keys of its audit log, and the files of its models. The signer's state is its own.
public enum CatalogBackup {
    /// While the catalog may be running: the database is copied as readers see it, and a file of a model never changes.
    /// - Returns: how many files of models there are, and their bytes.
    /// - Throws: ``HoldfastError`` `file_unreadable`, `configuration_invalid` when `target` is there already.
    public static func make(of state: String, at target: String) throws -> (files: Int, bytes: Int64) {
        let source = StateDirectory(path: state)
        let copy = StateDirectory(path: target)
        guard access(source.database, R_OK) == 0 else {
            throw HoldfastError(.fileUnreadable, "\(state) is no catalog's state that you may read: there is no holdfast.db.")
        }
        guard mkdir(target, 0o700) == 0 else { throw SystemError.error("make the folder of the backup (it must not be there yet)", target) }
        try copy.prepare()
        do {
            let reader = try Connections.reader(source.database)
            defer { try? reader.close() }
            try copy.makeDatabase()
            let writer = try DatabaseQueue(path: copy.database)
            try reader.backup(to: writer)
            let digests = try writer.read {
                try Row.fetchAll($0, sql: "SELECT digest FROM catalog_blob").map { try SHA256Digest(column: $0.bytes(0)) }
            }
            try writer.close()
            var bytes: Int64 = 0
            for digest in digests { bytes += try copyFile("\(source.blobs)/\(digest.hex)", to: "\(copy.blobs)/\(digest.hex)", mode: 0o444) }
            for path in try Folder.names(in: source.keys) {
                _ = try copyFile("\(source.keys)/\(path)", to: "\(copy.keys)/\(path)", mode: 0o600)
            }
            return (digests.count, bytes)
        } catch let error as DatabaseError {
            throw DatabaseFailure.error(error, "copy the database", file: source.database)
        }
    }

    /// Into a state directory that is not there yet. That of a running catalog is never touched.
    public static func restore(_ backup: String, to state: String) throws -> (files: Int, bytes: Int64) { try make(of: backup, at: state) }

    private static func copyFile(_ source: String, to target: String, mode: mode_t) throws -> Int64 {
        let input = try OpenFile(source, O_RDONLY, action: "read a file")
        let output = try OpenFile(target, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600, action: "write the backup")
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var offset: Int64 = 0
        while case let count = try input.read(at: offset, into: buffer), count > 0 {
            try output.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += Int64(count)
        }
        guard fchmod(output.descriptor, mode) == 0 else { throw SystemError.error("set a file's mode", target) }
        try output.synchronize()
        return offset
    }
}
