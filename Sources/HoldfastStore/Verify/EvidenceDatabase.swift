import GRDB
import Glibc
import HoldfastCore

/// The database as the verifier reads it: beside a running daemon, stopped, or on a medium that cannot be written to.
final class EvidenceDatabase: Sendable {
    let connections: [DatabaseQueue]
    private let copy: String?

    init(_ path: String, count: Int) throws {
        guard access(path, R_OK) == 0 else { throw SystemError.error("read the audit log", path) }
        do {
            connections = try Self.open(path, count)
            copy = nil
        } catch let error as DatabaseError {
            // Reading a database in WAL mode wants a file beside it. Without a log to read, the file can be taken as it is; else a copy is read.
            guard [.SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_IOERR].contains(error.resultCode) else {
                throw DatabaseFailure.error(error, "read the audit log", file: path)
            }
            do {
                if Self.hasLog(path) { throw error }
                connections = try Self.open(Self.immutable(path), count)
                copy = nil
            } catch {
                let folder = try Self.privateCopy(of: path)
                copy = folder
                do {
                    connections = try Self.open(folder + "/holdfast.db", count)
                } catch {
                    Self.remove(folder)
                    throw DatabaseFailure.error(error, "read a copy of the audit log", file: path)
                }
            }
        }
    }

    deinit {
        for connection in connections { try? connection.close() }
        if let copy { Self.remove(copy) }
    }

    private static func open(_ path: String, _ count: Int) throws -> [DatabaseQueue] {
        let connections = try (0..<count).map { _ in try Connections.reader(path) }
        for connection in connections { _ = try connection.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") } }
        return connections
    }

    private static func hasLog(_ path: String) -> Bool {
        var status = stat()
        return lstat(path + "-wal", &status) == 0 && status.st_size > 0
    }

    private static func immutable(_ path: String) -> String {
        let escaped = path.utf8.map { byte in
            "?#%".utf8.contains(byte) ? "%" + Hex.encode([byte]) : String(decoding: [byte], as: UTF8.self)
        }
        return path.utf8.allSatisfy { $0 < 128 } ? "file:" + escaped.joined() + "?immutable=1" : "file:\(path)?immutable=1"
    }

    private static func privateCopy(of path: String) throws -> String {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/holdfast-verify-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError.error("make a temporary folder", parent) }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        do {
            try copyFile(path, to: folder + "/holdfast.db")
            if hasLog(path) { try copyFile(path + "-wal", to: folder + "/holdfast.db-wal") }
        } catch {
            remove(folder)
            throw error
        }
        return folder
    }

    private static func copyFile(_ source: String, to target: String) throws {
        let source = try OpenFile(source, O_RDONLY, action: "read the audit log")
        let target = try OpenFile(target, O_WRONLY | O_CREAT | O_EXCL, action: "copy the audit log")
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var offset: Int64 = 0
        while true {
            let got = try buffer.withUnsafeMutableBytes { try source.read(at: offset, into: $0) }
            if got == 0 { return }
            try buffer.withUnsafeBytes { try target.writeAll(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
            offset += Int64(got)
        }
    }

    private static func remove(_ folder: String) {
        for name in (try? Folder.names(in: folder)) ?? [] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }
}
