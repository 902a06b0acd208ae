import Glibc
import HoldfastCore

/// The folder of one engine's socket: made for it alone, gone with it.
struct EngineFolder: Sendable {
    let path: String
    var socketPath: String { path + "/engine.sock" }

    /// Makes `RUNTIME/engines/ID`, mode 0700.
    /// - Throws: ``HoldfastError`` `configuration_invalid` when a socket there could not be bound; `engine_failed`.
    init(runtimeFolder: String, id: String) throws {
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
            if mkdir(folder, 0o700) != 0 {
                let code = errno
                guard code == EEXIST, folder == parent else {
                    throw HoldfastError(
                        .engineFailed, "The engine's folder could not be made.", detail: "\(folder): \(String(cString: strerror(code)))")
                }
            }
        }
    }

    func remove() {
        unlink(socketPath)
        rmdir(path)
    }

    /// Removes what engines of an earlier run of the daemon left behind: they end with it, their sockets do not.
    static func removeAll(runtimeFolder: String) {
        let parent = runtimeFolder + "/engines"
        guard let folder = opendir(parent) else { return }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard name != ".", name != ".." else { continue }
            unlink("\(parent)/\(name)/engine.sock")
            rmdir("\(parent)/\(name)")
        }
    }
}
