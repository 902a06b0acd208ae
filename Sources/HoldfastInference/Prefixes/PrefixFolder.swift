import CDispatch
import Glibc
import HoldfastCore
import HoldfastCrypto
import SwiftOverlayShims

/// `STATE/prefixes`: for each entry `ID.prefix`, sealed, and `ID.key`, without which nobody reads it again.
///
/// Nothing is synchronised when it is written: after a power cut an entry may be damaged, is found so, and goes. What is erased is: the key
/// is overwritten and on the disk as zeros before its name goes.
struct PrefixFolder: Sendable {
    let path: String

    private var staging: String { path + "/staging" }

    /// - Throws: ``PrefixFailure`` when the folder cannot be made.
    init(path: String) throws {
        self.path = path
        for folder in [path, path + "/staging"] where mkdir(folder, 0o700) != 0 && errno != EEXIST {
            throw PrefixFailure.errno("make \(folder)")
        }
    }

    /// What is there and whole as far as a look at the headers shows; everything else is removed.
    func load() -> [PrefixEntry] {
        for name in FolderNames.list(staging) { unlink("\(staging)/\(name)") }
        let names = FolderNames.list(path)
        let ids = Set(names.filter { $0.hasSuffix(".prefix") }.map { String($0.dropLast(7)) })
        for name in names where name.hasSuffix(".key") && !ids.contains(String(name.dropLast(4))) {
            erase(String(name.dropLast(4)))
        }
        return ids.sorted().compactMap { id in
            guard let entry = try? entry(id) else {
                erase(id)
                return nil
            }
            return entry
        }
    }

    private func entry(_ id: String) throws -> PrefixEntry {
        try withFile(id) { file, time in
            let (header, _, size) = try file.header()
            guard let entry = PrefixEntry(id: id, header: header, storedBytes: size, lastUsed: time) else {
                throw PrefixFailure.damaged("header")
            }
            return entry
        }
    }

    /// Seals the engine's file into a new entry. Nothing is left of one that could not be finished.
    /// - Parameter source: the engine's file; `header.slotBytes` are taken from its beginning.
    func write(_ header: PrefixEntry.Header, from source: Int32, now: Int64) throws -> PrefixEntry {
        guard let owner = header.owner else { throw PrefixFailure.damaged("nobody's") }
        let id = Hex.encode(try SecureRandom.bytes(16))
        let key = try SecureRandom.bytes(AES256GCM.keyByteCount)
        let staged = "\(staging)/\(id)"
        do {
            let size = try Self.withDescriptor(staged, O_RDWR | O_CREAT | O_EXCL) { descriptor in
                try PrefixFile(descriptor: descriptor, id: id, key: key).write(header, from: source, owner: owner)
            }
            try Self.withDescriptor(keyPath(id), O_WRONLY | O_CREAT | O_EXCL) { descriptor in
                guard Glibc.write(descriptor, key, key.count) == key.count else { throw PrefixFailure.errno("write a key") }
            }
            guard rename(staged, prefixPath(id)) == 0 else { throw PrefixFailure.errno("name a prefix") }
            guard let entry = PrefixEntry(id: id, header: header, storedBytes: size, lastUsed: now) else {
                throw PrefixFailure.damaged("header")
            }
            return entry
        } catch {
            unlink(staged)
            erase(id)
            throw error
        }
    }

    /// Opens an entry into the file the engine will read, and notes that it was used.
    func read(_ entry: PrefixEntry, scope: PrefixScope, owner: PrefixOwner, into target: Int32) throws {
        try withFile(entry.id) { file, _ in
            try file.read(into: target, scope: scope, owner: owner)
            _ = futimens(file.descriptor, nil)
        }
    }

    /// - Returns: whether the key is gone for good. A file that is left is unreadable, and goes at the next start.
    @discardableResult func erase(_ id: String) -> Bool {
        let key = keyPath(id)
        let descriptor = open(key, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        var isErased = descriptor < 0 && errno == ENOENT
        if descriptor >= 0 {
            let zeros = [UInt8](repeating: 0, count: AES256GCM.keyByteCount)
            isErased = pwrite(descriptor, zeros, zeros.count, 0) == zeros.count && fsync(descriptor) == 0
            close(descriptor)
            isErased = unlink(key) == 0 && isErased
        }
        unlink(prefixPath(id))
        return isErased
    }

    /// Bytes that others may still write here.
    var freeBytes: Int64 {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return 0 }
        return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
    }

    // MARK: Files

    private func keyPath(_ id: String) -> String { "\(path)/\(id).key" }
    private func prefixPath(_ id: String) -> String { "\(path)/\(id).prefix" }

    private func withFile<Result>(_ id: String, _ body: (PrefixFile, _ time: Int64) throws -> Result) throws -> Result {
        let key = try Self.withDescriptor(keyPath(id), O_RDONLY) { descriptor in
            var key = [UInt8](repeating: 0, count: AES256GCM.keyByteCount + 1)
            let count = key.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count == AES256GCM.keyByteCount else { throw PrefixFailure.damaged("key") }
            return Array(key.prefix(count))
        }
        return try Self.withDescriptor(prefixPath(id), O_RDONLY) { descriptor in
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw PrefixFailure.damaged("no file") }
            let time = Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
            return try body(try PrefixFile(descriptor: descriptor, id: id, key: key), time)
        }
    }

    private static func withDescriptor<Result>(_ path: String, _ flags: Int32, _ body: (Int32) throws -> Result) throws -> Result {
        let descriptor = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw PrefixFailure.errno("open a prefix") }
        defer { close(descriptor) }
        return try body(descriptor)
    }
}

/// What a folder holds.
enum FolderNames {
    /// Empty for a folder that cannot be read.
    static func list(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
