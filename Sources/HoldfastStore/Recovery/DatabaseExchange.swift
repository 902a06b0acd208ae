import GRDB
import Glibc
import HoldfastCore

/// Puts a copy in the place of a database whose write-ahead log cannot be trusted any more, so that a crash at any point leaves either the
/// old pair or the copy alone.
///
/// `holdfast.db.copy` is being written; `holdfast.db.recovered` is whole, verified and on the disk: from that name on the exchange is only
/// ever completed, now or at the next start.
struct DatabaseExchange {
    let directory: StateDirectory

    var copy: String { directory.database + ".copy" }
    private var recovered: String { directory.database + ".recovered" }

    /// A crash came between a copy declared good and its place.
    var isDue: Bool { access(recovered, F_OK) == 0 }

    /// At start, before the database is opened.
    func completeOrForget() throws {
        try remove(copy)
        if isDue { try complete() }
    }

    /// Copies the database as readers see it: every acknowledged commit, and nothing of the one that failed. Blocks.
    func fill(from readers: ReaderPool) throws {
        try remove(copy)
        _ = try OpenFile(copy, O_RDWR | O_CREAT | O_EXCL, mode: 0o600, action: "copy the database")
        let target = try DatabaseQueue(path: copy)
        do {
            try readers.copy(to: target)
            try target.close()
        } catch {
            try? target.close()
            throw error
        }
        let file = try OpenFile(copy, O_RDWR, action: "copy the database")
        try file.synchronize()
        // What is verified next must come from the disk, not from the memory that was just written.
        posix_fadvise(file.descriptor, 0, 0, POSIX_FADV_DONTNEED)
    }

    /// Declares the copy good and puts it in place.
    func adopt() throws {
        try removeSidecars(of: copy)
        guard rename(copy, recovered) == 0 else { throw SystemError.error("put the copy of the database in place", copy) }
        try Folder.synchronize(directory.path)
        try complete()
    }

    func forget() { try? remove(copy) }

    private func complete() throws {
        // The log goes first: beside another database it must never be read.
        try removeSidecars(of: directory.database)
        try Folder.synchronize(directory.path)
        guard rename(recovered, directory.database) == 0 else {
            throw SystemError.error("put the copy of the database in place", recovered)
        }
        try Folder.synchronize(directory.path)
    }

    private func remove(_ path: String) throws {
        try removeSidecars(of: path)
        guard unlink(path) == 0 || errno == ENOENT else { throw SystemError.error("remove a file", path) }
    }

    private func removeSidecars(of path: String) throws {
        for sidecar in [path + "-wal", path + "-shm", path + "-journal"] {
            guard unlink(sidecar) == 0 || errno == ENOENT else { throw SystemError.error("remove a file", sidecar) }
        }
    }
}
