import Glibc
import HoldfastCore

extension BlobStore {
    struct Trash: Sendable {
        var files: [String] = []
        var bytes: Int64 = 0
    }

    /// The quick half of a collection: renames into the staging folder, which is emptied at each start.
    /// - Parameter only: nil for every blob.
    func moveToTrash(keeping: Set<SHA256Digest>, only: SHA256Digest? = nil) throws -> Trash {
        var trash = Trash()
        try space.forEachUnpinned(keeping: keeping, only: only) { digest, size in
            let target = "\(directory.staging)/\(digest.hex).trash"
            guard rename(path(of: digest), target) == 0 else {
                if errno == ENOENT { return }
                throw SystemError.error("remove a blob", path(of: digest))
            }
            trash.files.append(target)
            trash.bytes += size
        }
        return trash
    }

    /// The slow half: gives the space back.
    func emptyTrash(_ trash: Trash) throws -> CollectedBlobs {
        for file in trash.files where unlink(file) != 0 && errno != ENOENT { throw SystemError.error("remove a blob", file) }
        if !trash.files.isEmpty {
            try Folder.synchronize(directory.blobs)
            try Folder.synchronize(directory.staging)
        }
        return CollectedBlobs(files: trash.files.count, bytes: trash.bytes)
    }

    /// Removes what an earlier run left half done.
    @discardableResult func collectStaging() throws -> Int {
        let names = try Folder.names(in: directory.staging)
        for name in names where unlink("\(directory.staging)/\(name)") != 0 {
            throw SystemError.error("remove a half-staged file", "\(directory.staging)/\(name)")
        }
        return names.count
    }
}
