import Glibc
import HoldfastCore
import Synchronization

/// The account of what blobs take: published bytes, bytes promised to uploads, and digests a collection must leave.
final class BlobSpace: Sendable {
    private struct State {
        /// nil until the folder was first read.
        var published: [SHA256Digest: Int64]?
        var bytes: Int64 = 0
        var staged: Int64 = 0
        /// Published, and their `addModel` not yet committed.
        var pinned: [SHA256Digest: Int] = [:]
    }

    private let state = Mutex(State())
    private let folder: String
    private let quota: Int64?
    private let reserve: Int64

    init(folder: String, quota: Int64?, reserve: Int64) {
        self.folder = folder
        self.quota = quota
        self.reserve = reserve
    }

    /// Promises `bytes` more to an upload.
    /// - Throws: ``HoldfastError`` `quota_exceeded` or `disk_full`.
    func take(_ bytes: Int64) throws {
        let free = try freeBytes()
        try state.withLock { state in
            try load(&state)
            let used = state.bytes + state.staged
            if let quota, used + bytes > quota {
                throw HoldfastError(
                    .quotaExceeded,
                    "The model does not fit: \(bytes) bytes are needed, and \(max(0, quota - used)) of the \(quota) bytes for models are left.",
                    hint: "holdfast model remove NAME, then holdfast model prune; or raise the quota in holdfast.yaml")
            }
            guard free - bytes >= reserve else {
                throw HoldfastError(
                    .diskFull,
                    "The model does not fit: \(bytes) bytes are needed, and the disk has \(max(0, free - reserve)) above its reserve of \(reserve).",
                    hint: "free space on the state directory's file system, or run: holdfast model prune")
            }
            state.staged += bytes
        }
    }

    func giveBack(_ bytes: Int64) {
        state.withLock { $0.staged -= bytes }
    }

    func published(_ digest: SHA256Digest, size: Int64) throws {
        try state.withLock {
            try load(&$0)
            set(digest, size, &$0)
        }
    }

    func removed(_ digest: SHA256Digest) {
        state.withLock { set(digest, nil, &$0) }
    }

    func pin(_ digest: SHA256Digest) {
        state.withLock { $0.pinned[digest, default: 0] += 1 }
    }

    func unpin(_ digest: SHA256Digest) {
        state.withLock { state in
            guard let count = state.pinned[digest] else { return }
            state.pinned[digest] = count > 1 ? count - 1 : nil
        }
    }

    /// Calls `body` for each published blob outside of `keeping` that is not pinned. No blob is pinned while it runs.
    func forEachUnpinned(keeping: Set<SHA256Digest>, only: SHA256Digest?, _ body: (SHA256Digest, Int64) throws -> Void) throws {
        try state.withLock { state in
            try load(&state)
            for (digest, size) in state.published ?? [:] where !keeping.contains(digest) && state.pinned[digest] == nil {
                if let only, only != digest { continue }
                try body(digest, size)
                set(digest, nil, &state)
            }
        }
    }

    func usage() throws -> BlobUsage {
        let free = try freeBytes()
        return try state.withLock { state in
            try load(&state)
            return BlobUsage(
                files: state.published?.count ?? 0, bytes: state.bytes, quota: quota, free: free, staged: state.staged)
        }
    }

    private func set(_ digest: SHA256Digest, _ size: Int64?, _ state: inout State) {
        state.bytes += (size ?? 0) - (state.published?[digest] ?? 0)
        state.published?[digest] = size
    }

    private func load(_ state: inout State) throws {
        guard state.published == nil else { return }
        var found: [SHA256Digest: Int64] = [:]
        for name in try Folder.names(in: folder) {
            var status = stat()
            guard let digest = try? SHA256Digest(parsing: name), digest.hex == name, lstat("\(folder)/\(name)", &status) == 0 else {
                continue
            }
            found[digest] = Int64(status.st_size)
        }
        state.published = found
        state.bytes = found.values.reduce(0, +)
    }

    private func freeBytes() throws -> Int64 {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { throw SystemError.error("ask for the free space", folder) }
        return Int64(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }
}
