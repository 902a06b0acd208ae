import Glibc
public import HoldfastCore
import HoldfastCrypto

/// Model files, each once, under its SHA-256: `blobs/sha256/<64 hex digits>`, mode 0444. Files come by staging and rename, never by a link.
public struct BlobStore: Sendable {
    private static let readSize = 1 << 20
    let directory: StateDirectory
    let space: BlobSpace

    init(directory: StateDirectory, quota: Int64?, reserve: Int64) {
        self.directory = directory
        self.space = BlobSpace(folder: directory.blobs, quota: quota, reserve: reserve)
    }

    public func path(of digest: SHA256Digest) -> String { "\(directory.blobs)/\(digest.hex)" }

    /// Begins an upload.
    /// - Parameter expectedSize: bytes, when known: the space is then taken now.
    /// - Throws: ``HoldfastError`` `quota_exceeded`, `disk_full`, `file_unreadable`.
    public func stage(expectedSize: Int64?) throws -> StagedBlob {
        if let expectedSize, expectedSize < 0 {
            throw HoldfastError(.invalidRequest, "A file cannot have \(expectedSize) bytes.")
        }
        return try StagedBlob(store: self, expectedSize: expectedSize)
    }

    /// - Throws: ``HoldfastError`` `model_corrupt` when there is no such file; `file_unreadable`.
    public func open(_ digest: SHA256Digest) throws -> RandomAccessFile {
        guard let file = try openIfThere(digest) else {
            throw HoldfastError(
                .modelCorrupt, "The file of model \(digest.short) is gone.", detail: path(of: digest),
                hint: "holdfast model verify --all, then add the model again")
        }
        return file
    }

    /// - Returns: nil when there is no regular file of that name.
    public func fingerprint(of digest: SHA256Digest) throws -> BlobFingerprint? {
        var status = stat()
        guard lstat(path(of: digest), &status) == 0 else {
            guard errno == ENOENT else { throw SystemError.error("look at a blob", path(of: digest)) }
            return nil
        }
        return status.st_mode & S_IFMT == S_IFREG ? BlobFingerprint(status) : nil
    }

    /// Reads the whole file and compares. Blocks the calling thread for as long as that takes.
    /// - Parameter progress: called with the bytes read so far, about once per MiB; what it throws ends the reading.
    /// - Throws: ``HoldfastError`` `file_unreadable`, also when the file changed meanwhile.
    public func verify(_ digest: SHA256Digest, progress: (Int64) throws -> Void = { _ in }) throws -> VerifyResult {
        guard let file = try openIfThere(digest) else { return .missing }
        file.expectSequentialReading()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.readSize, alignment: 4096)
        defer { buffer.deallocate() }
        var hasher = SHA256Hasher()
        var offset: Int64 = 0
        while true {
            let got = try file.read(at: offset, into: buffer)
            hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
            offset += Int64(got)
            try progress(offset)
            if got < buffer.count { break }
        }
        guard let actual = SHA256Digest(bytes: hasher.finalize()), actual == digest else {
            return .corrupt(actual: SHA256Digest(bytes: hasher.finalize()) ?? digest)
        }
        guard try fingerprint(of: digest) == file.fingerprint else {
            throw HoldfastError(
                .fileUnreadable, "The file of model \(digest.short) changed while it was read.", detail: path(of: digest),
                hint: "holdfast model verify --all")
        }
        return .ok(file.fingerprint)
    }

    /// - Returns: whether there was such a file.
    @discardableResult public func delete(_ digest: SHA256Digest) throws -> Bool {
        if unlink(path(of: digest)) != 0 {
            guard errno == ENOENT else { throw SystemError.error("remove a blob", path(of: digest)) }
            return false
        }
        space.removed(digest)
        try Folder.synchronize(directory.blobs)
        return true
    }

    /// Removes all blobs but these and those an upload has just published. `NodeStore.prune(keeping:)` calls it with what the registry names.
    public func collect(keeping: Set<SHA256Digest>) throws -> CollectedBlobs {
        try emptyTrash(moveToTrash(keeping: keeping))
    }

    public func usage() throws -> BlobUsage { try space.usage() }

    private func openIfThere(_ digest: SHA256Digest) throws -> RandomAccessFile? {
        guard try fingerprint(of: digest) != nil else { return nil }
        return try RandomAccessFile(OpenFile(path(of: digest), O_RDONLY, action: "open a blob"))
    }
}
