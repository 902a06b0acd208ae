import Glibc
import HoldfastCore

/// The folder of one engine's socket, and the one where it may write: made for it alone, gone with it.
struct EngineFolder: Sendable {
    let path: String
    /// Memory-backed; nil when there is no such place, and the engine writes nowhere.
    let scratch: String?
    var socketPath: String { path + "/engine.sock" }

    /// Makes `RUNTIME/engines/ID` and `SCRATCH/ID`, mode 0700, or 0770 for a group.
    /// - Parameter place: the scratch of all engines.
    /// - Throws: ``HoldfastError`` `configuration_invalid` when a socket there could not be bound; `engine_failed`.
    init(runtimeFolder: String, id: String, access: EngineAccess = .daemon, scratch place: ScratchFolder? = nil) throws {
        let parent = runtimeFolder + "/engines"
        path = parent + "/" + id
        let length = path.utf8.count + "/engine.sock".utf8.count
        guard length <= 107 else {
            throw HoldfastError(
                .configurationInvalid,
                "The runtime folder '\(runtimeFolder)' is \(length - 107) bytes too long: an engine's socket there would have a path of \(length) bytes, and Linux allows 107.",
                hint: "choose a shorter folder with --runtime")
        }
        for folder in [parent, path] {
            if mkdir(folder, 0o700) != 0, errno != EEXIST || folder != parent { throw Self.failure(folder) }
        }
        scratch = place?.makeFolder(id)
        let parents = [parent] + [place?.path].compactMap({ $0 })
        let own = [scratch, path].compactMap({ $0 })
        switch access {
        case .daemon: break
        case .owner(let user):
            // It passes through the parents and sees nothing there.
            for folder in parents { try Self.give(folder, mode: 0o711) }
            for folder in own { try Self.give(folder, mode: 0o700, user: user.uid, group: user.gid) }
        case .group(let group):
            for folder in parents { try Self.give(folder, mode: 0o710, group: group) }
            for folder in own { try Self.give(folder, mode: 0o770, group: group) }
        }
    }

    private static func give(_ folder: String, mode: mode_t, user: uid_t = .max, group: gid_t = .max) throws {
        guard chown(folder, user, group) == 0, chmod(folder, mode) == 0 else { throw failure(folder) }
    }

    private static func failure(_ folder: String) -> HoldfastError {
        HoldfastError(.engineFailed, "The engine's folder could not be made.", detail: "\(folder): \(String(cString: strerror(errno)))")
    }

    func remove() {
        if let scratch { ScratchFolder.remove(scratch) }
        Self.remove(path)
    }

    private static func remove(_ path: String) {
        unlink(path + "/engine.sock")
        rmdir(path)
    }

    /// Removes what engines of an earlier run of the daemon left behind: they end with it, their sockets do not.
    static func removeAll(runtimeFolder: String) {
        let parent = runtimeFolder + "/engines"
        for name in names(in: parent) { remove("\(parent)/\(name)") }
    }

    private static func names(in path: String) -> [String] {
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
