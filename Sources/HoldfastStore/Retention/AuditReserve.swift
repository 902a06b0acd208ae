import Glibc
import HoldfastCore
import Synchronization

/// STATE/reserve: blocks kept for the day the disk is full, so that the refusals themselves are recorded and the trail can be read,
/// exported and pruned.
final class AuditReserve: Sendable {
    private let path: String
    let bytes: Int64
    private let isThere: Mutex<Bool>

    /// - Parameter bytes: 0 keeps none.
    init(_ path: String, bytes: Int64) {
        self.path = path
        self.bytes = bytes
        isThere = Mutex(false)
    }

    var isEnabled: Bool { bytes > 0 }
    var isReady: Bool { isThere.withLock { $0 } }

    /// Gives the blocks back to the file system.
    /// - Returns: false when there were none to give.
    @discardableResult func release() -> Bool {
        isThere.withLock { isThere in
            defer { isThere = false }
            // Emptied first: where even an unlink wants a block, a truncation frees some.
            let wasThere = truncate(path, 0) == 0
            unlink(path)
            return isThere || wasThere
        }
    }

    /// Takes the blocks, and leaves as much as a quarter of them free beside: what is rebuilt with the last block would be released at once.
    /// - Returns: true when the reserve is there.
    func build() -> Bool {
        guard isEnabled else { return true }
        return isThere.withLock { isThere in
            if isThere { return true }
            var room = statvfs()
            guard statvfs(Folder.parent(of: path), &room) == 0 else { return false }
            let free = Int64(clamping: UInt64(room.f_bavail)) * Int64(clamping: UInt64(room.f_frsize))
            guard let file = try? OpenFile(path, O_RDWR | O_CREAT, action: "make the audit reserve"), let status = try? file.status()
            else { return false }
            let missing = bytes - Int64(status.st_blocks) * 512
            if missing > 0 {
                guard free >= missing + bytes / 4, posix_fallocate(file.descriptor, 0, off_t(bytes)) == 0 else {
                    if ftruncate(file.descriptor, 0) == 0 { unlink(path) }
                    return false
                }
            } else if Int64(status.st_size) > bytes, ftruncate(file.descriptor, off_t(bytes)) != 0 {
                return false
            }
            isThere = true
            return true
        }
    }
}
