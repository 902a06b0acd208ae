import Glibc
public import HoldfastCore
import HoldfastCrypto
import Synchronization

/// Installed engines: `engines/<64 hex digits>/`, folders 0755, files 0444 or 0555, so that an engine's own user can read and execute them.
/// They come by unpacking beside their place and a rename, each once.
public struct EngineShelf: Sendable {
    /// Bytes of all files of one engine.
    public static let maximumBytes: Int64 = 4 << 30
    static let maximumMembers = 20_000

    let directory: StateDirectory
    private let readers: ReaderPool
    private let seen = SeenFiles()

    init(directory: StateDirectory, readers: ReaderPool) {
        self.directory = directory
        self.readers = readers
    }

    public func selection() async throws -> EngineSelection {
        try await readers.read { try EngineQueries.selection(in: $0) }
    }

    public func folder(of digest: SHA256Digest) -> String { "\(directory.engines)/\(digest.hex)" }

    /// Begins an installation.
    /// - Parameters:
    ///   - reserve: bytes to leave free on the disk.
    ///   - forAnotherUser: engines run as another user, who must be able to get here: then others may pass through the state directory, by
    ///     names they know, and still see nothing of it.
    /// - Throws: ``HoldfastError`` `file_unreadable`, `disk_full`.
    public func stage(reserve: Int64, forAnotherUser: Bool = false) throws -> StagedEngine {
        if forAnotherUser, chmod(directory.path, PrivateFolder.passable) != 0 {
            throw SystemError.error("let engines reach their files", directory.path)
        }
        return try StagedEngine(shelf: self, reserve: reserve)
    }

    /// Holds every file of an engine against its digest; those that have not changed since it was last done are not read again.
    /// - Throws: ``HoldfastError`` `engine_untrusted` with the first that does not fit; `engine_missing`.
    public func verify(_ build: InstalledEngine) throws {
        let folder = folder(of: build.digest)
        guard access(folder, F_OK) == 0 else {
            throw HoldfastError(
                .engineMissing, "The files of the engine '\(build.name)' (\(build.digest.short)) are not on this node.",
                hint: "holdfast engine install FILE --name \(build.name) --digest sha256:\(build.digest.hex); or holdfast engine rollback")
        }
        for file in build.files.files { try verify(file, at: "\(folder)/\(file.path)", of: build) }
        for (path, target) in build.files.links {
            var buffer = [UInt8](repeating: 0, count: 1024)
            let count = buffer.withUnsafeMutableBytes { bytes in
                bytes.baseAddress.map { readlink("\(folder)/\(path)", $0, bytes.count) } ?? -1
            }
            guard count > 0, buffer.prefix(count).elementsEqual(target.utf8) else { throw Self.changed(path, build) }
        }
    }

    private func verify(_ file: EngineFiles.File, at path: String, of build: InstalledEngine) throws {
        guard let opened = try? OpenFile(path, O_RDONLY, action: "open an engine's file"), let status = try? opened.status(),
            status.st_mode & S_IFMT == S_IFREG, Int64(status.st_size) == file.size
        else { throw Self.changed(file.path, build) }
        let fingerprint = BlobFingerprint(status)
        if seen.has(path, fingerprint) { return }
        guard try Self.digest(of: opened) == file.digest else { throw Self.changed(file.path, build) }
        seen.keep(path, fingerprint)
    }

    private static func digest(of file: OpenFile) throws -> SHA256Digest? {
        var hasher = SHA256Hasher()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var offset: Int64 = 0
        while true {
            let got = try buffer.withUnsafeMutableBytes { try file.read(at: offset, into: $0) }
            buffer.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
            offset += Int64(got)
            if got < buffer.count { return SHA256Digest(bytes: hasher.finalize()) }
        }
    }

    private static func changed(_ path: String, _ build: InstalledEngine) -> HoldfastError {
        HoldfastError(
            .engineUntrusted, "The engine '\(build.name)' is not run: its file \(path) is not the one that was installed.",
            hint: "holdfast engine rollback; then holdfast engine remove \(build.name), and install it again")
    }

    /// Deletes an engine's files. A process that has them open goes on.
    public func remove(_ digest: SHA256Digest) throws {
        let trash = "\(directory.engines)/.gone-\(digest.hex)"
        try Tree.remove(trash)
        guard rename(folder(of: digest), trash) == 0 else {
            if errno == ENOENT { return }
            throw SystemError.error("remove an engine", folder(of: digest))
        }
        try Tree.remove(trash)
        try Folder.synchronize(directory.engines)
    }

    /// At start: removes what an earlier run left half done.
    func collect() throws {
        guard access(directory.engines, F_OK) == 0 else { return }
        for name in try Folder.names(in: directory.engines) where name.hasPrefix(".") { try Tree.remove("\(directory.engines)/\(name)") }
    }
}

/// Files as they were when they were last read.
private final class SeenFiles: Sendable {
    private let files = Mutex<[String: BlobFingerprint]>([:])

    func has(_ path: String, _ fingerprint: BlobFingerprint) -> Bool { files.withLock { $0[path] == fingerprint } }
    func keep(_ path: String, _ fingerprint: BlobFingerprint) { files.withLock { $0[path] = fingerprint } }
}
