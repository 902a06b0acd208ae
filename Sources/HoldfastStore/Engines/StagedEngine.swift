import Glibc
public import HoldfastCore
import HoldfastCrypto
import Synchronization

/// An engine on its way onto the shelf: the bytes of a tar archive are unpacked as they come, hashed as a whole and file by file.
///
/// One task at a time. Dropped before ``publish(_:)``, it removes what it unpacked.
public final class StagedEngine: Sendable {
    private struct State: Sendable {
        var reader = TarReader()
        var whole = SHA256Hasher()
        var received: Int64 = 0
        var members = 0
        var folders: Set<String> = []
        /// Files and links.
        var names: Set<String> = []
        var files: [EngineFiles.File] = []
        var links: [String: String] = [:]
        var current: (member: TarMember, file: OpenFile, hasher: SHA256Hasher)?
        var unpacked: Int64 = 0
        var isPublished = false
    }

    /// Where it is unpacked.
    public let folder: String
    private let shelf: EngineShelf
    private let reserve: Int64
    private let state = Mutex(State())

    init(shelf: EngineShelf, reserve: Int64) throws {
        self.shelf = shelf
        self.reserve = reserve
        try Folder.make(shelf.directory.engines, mode: 0o755)
        folder = "\(shelf.directory.engines)/.new-\(Hex.encode(try SecureRandom.bytes(8)))"
        try Folder.make(folder, mode: 0o755)
    }

    deinit { if !state.withLock({ $0.isPublished }) { try? Tree.remove(folder) } }

    /// Bytes of the archive so far.
    public var received: Int64 { state.withLock { $0.received } }

    /// - Throws: ``HoldfastError`` `archive_invalid`, `disk_full`.
    public func append(_ bytes: UnsafeRawBufferPointer) throws {
        try state.withLock { state in
            state.received += Int64(bytes.count)
            state.whole.update(bytes)
            var reader = state.reader
            try reader.read(bytes) { try take($0, &state) }
            state.reader = reader
        }
    }

    /// - Returns: the digest of the archive and what is in it.
    /// - Throws: ``HoldfastError`` `archive_invalid`.
    public func finish() throws -> (digest: SHA256Digest, files: EngineFiles) {
        try state.withLock { state in
            try state.reader.finish()
            guard let digest = SHA256Digest(bytes: state.whole.finalize()) else { throw TarUnpacking.refuse("it has no digest") }
            return (digest, EngineFiles(files: state.files, links: state.links))
        }
    }

    /// Puts it in its place. One that is there already stays, once its files were held against `build`; otherwise it makes room.
    public func publish(_ build: InstalledEngine) throws {
        if (try? shelf.verify(build)) == nil {
            try shelf.remove(build.digest)
            try synchronize()
            guard rename(folder, shelf.folder(of: build.digest)) == 0 else { throw SystemError.error("put an engine in its place", folder) }
            state.withLock { $0.isPublished = true }
            try Folder.synchronize(shelf.directory.engines)
        }
        try shelf.verify(build)
    }

    private func synchronize() throws {
        let folders = state.withLock { $0.folders }
        for path in folders.sorted(by: >) { try Folder.synchronize("\(folder)/\(path)") }
        try Folder.synchronize(folder)
    }

    private func take(_ event: TarReader.Event, _ state: inout State) throws {
        switch event {
        case .member(let member): try begin(member, &state)
        case .data(let bytes):
            guard let current = state.current else { return }
            try current.file.writeAll(bytes)
            state.current?.hasher.update(bytes)
        case .end:
            guard let (member, file, hasher) = state.current else { return }
            state.current = nil
            guard let digest = SHA256Digest(bytes: hasher.finalize()), fchmod(file.descriptor, member.isExecutable ? 0o555 : 0o444) == 0
            else { throw SystemError.error("unpack a file", file.path) }
            try file.synchronize()
            state.files.append(EngineFiles.File(path: member.path, digest: digest, size: member.size, isExecutable: member.isExecutable))
        }
    }

    private func begin(_ member: TarMember, _ state: inout State) throws {
        state.members += 1
        guard state.members <= EngineShelf.maximumMembers else {
            throw TarUnpacking.refuse("it has more than \(EngineShelf.maximumMembers) members")
        }
        state.unpacked += member.size
        guard state.unpacked <= EngineShelf.maximumBytes else {
            throw TarUnpacking.refuse("its files have more than \(EngineShelf.maximumBytes) bytes")
        }
        let path = "\(folder)/\(member.path)"
        if member.kind != .folder {
            guard state.names.insert(member.path).inserted, !state.folders.contains(member.path) else {
                throw TarUnpacking.refuse("'\(member.path)' is in it twice")
            }
        }
        switch member.kind {
        case .folder: try makeFolder(member.path, &state)
        case .link(let target):
            try makeFolder(TarUnpacking.parent(of: member.path), &state)
            guard symlink(target, path) == 0 else { throw SystemError.error("unpack a link", path) }
            state.links[member.path] = target
        case .file:
            try makeFolder(TarUnpacking.parent(of: member.path), &state)
            try DiskRoom.require(member.size, in: folder, reserve: reserve, for: "The engine")
            let file = try OpenFile(path, O_RDWR | O_CREAT | O_EXCL, action: "unpack a file")
            state.current = (member, file, SHA256Hasher())
        }
    }

    /// Only below folders that were made here: never through a link.
    private func makeFolder(_ path: String, _ state: inout State) throws {
        guard !path.isEmpty, !state.folders.contains(path) else { return }
        guard !state.names.contains(path) else { throw TarUnpacking.refuse("'\(path)' is a folder and something else too") }
        try makeFolder(TarUnpacking.parent(of: path), &state)
        guard mkdir("\(folder)/\(path)", 0o755) == 0, chmod("\(folder)/\(path)", 0o755) == 0 else {
            throw SystemError.error("unpack a folder", path)
        }
        state.folders.insert(path)
    }
}

enum TarUnpacking {
    static func parent(of path: String) -> String { path.split(separator: "/").dropLast().joined(separator: "/") }

    static func refuse(_ why: String) -> HoldfastError {
        HoldfastError(.archiveInvalid, "The archive cannot be used: \(why).", hint: "tar -tvf FILE shows what is in it")
    }
}

/// Whether there is room for something, before it is written.
enum DiskRoom {
    /// - Throws: ``HoldfastError`` `disk_full`.
    static func require(_ bytes: Int64, in folder: String, reserve: Int64, for what: String) throws {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { throw SystemError.error("ask for the free space", folder) }
        let free = Int64(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
        guard free - bytes >= reserve else {
            throw HoldfastError(
                .diskFull, "\(what) does not fit: \(bytes) bytes are needed, and the disk has \(max(0, free - reserve)) above its reserve.",
                hint: "free space on the state directory's file system, or run: holdfast model prune")
        }
    }
}
