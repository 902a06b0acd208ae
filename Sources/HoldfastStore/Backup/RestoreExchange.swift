import Glibc
import HoldfastCore

/// Puts a restored state in the place of the one that is there, so that a crash at any point leaves either the old one or a `restored` folder
/// from which the exchange is only ever completed: by the next `holdfast restore`, or by the next start of the node.
///
/// `STATE/restore` is being built; `STATE/restored` is whole, verified and on the disk. What was there goes to `STATE/replaced/NAME` and is
/// never deleted here: records that the backup does not have are still in it.
struct RestoreExchange {
    let directory: StateDirectory

    var building: String { directory.path + "/restore" }
    private var ready: String { directory.path + "/restored" }
    /// In a folder that is ready: the name of the folder for what it replaces.
    private static let nameFile = "replaces"

    var isDue: Bool { exists(ready + "/holdfast.db") }

    /// Declares what was built good and puts it in place.
    /// - Returns: the folder with what was there before; nil when there was nothing.
    func adopt(as name: String) throws -> String? {
        try SmallFile.replace("\(building)/\(Self.nameFile)", with: Array(name.utf8), mode: 0o600)
        try Folder.synchronize(building)
        guard rename(building, ready) == 0 else { throw SystemError.error("put the restored state in place", building) }
        try Folder.synchronize(directory.path)
        return try complete()
    }

    /// At start, before the database is opened.
    func completeOrForget() throws {
        if isDue { _ = try complete() }
        try Tree.remove(ready)
        try Tree.remove(building)
    }

    private func complete() throws -> String? {
        let name = try SmallFile.read("\(ready)/\(Self.nameFile)").map { String(decoding: $0, as: UTF8.self) } ?? "unknown"
        let replaced = "\(directory.path)/replaced/\(name)"
        if exists(directory.database) || exists(directory.checkpoint) { try Folder.make(replaced + "/keys", mode: 0o700) }
        // As long as the new database is not in its place, what is there is the old one; so with each of the others.
        for end in ["-wal", "-shm", ""] { try move(directory.database + end, to: "\(replaced)/holdfast.db\(end)") }
        for (new, old, kept) in [
            ("\(ready)/checkpoint", directory.checkpoint, "\(replaced)/checkpoint"),
            ("\(ready)/keys/audit.pub", directory.verifierKey, "\(replaced)/keys/audit.pub"),
            ("\(ready)/keys/audit.ed25519", directory.signingKey, "\(replaced)/keys/audit.ed25519"),
        ] where exists(new) {
            try move(old, to: kept)
            try move(new, to: old)
        }
        try adoptModels()
        for folder in [directory.keys, directory.path] { try Folder.synchronize(folder) }
        try move(ready + "/holdfast.db", to: directory.database)
        try Folder.synchronize(directory.path)
        try Tree.remove(ready)
        return exists(replaced) ? replaced : nil
    }

    private func adoptModels() throws {
        let folder = ready + "/models"
        guard exists(folder) else { return }
        try Folder.make(directory.blobs, mode: 0o700)
        for name in try Folder.names(in: folder) { try move("\(folder)/\(name)", to: "\(directory.blobs)/\(name)") }
        try Folder.synchronize(directory.blobs)
    }

    /// What is not there was moved already.
    private func move(_ from: String, to place: String) throws {
        guard rename(from, place) == 0 || errno == ENOENT else { throw SystemError.error("put a restored file in place", place) }
    }

    private func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }
}
