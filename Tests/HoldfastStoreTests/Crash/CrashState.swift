import Foundation
import HoldfastCore
import HoldfastCrypto
import HoldfastTestSupport

@testable import HoldfastStore

/// A state directory in memory where there is such a file system: what survives is worked out, not waited for.
final class CrashState: Sendable {
    let folder: String
    var path: String { folder + "/state" }

    init(in parent: String? = nil) throws {
        let memory = FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm/" : NSTemporaryDirectory()
        folder = (parent.map { $0 + "/" } ?? memory) + "holdfast-crash-" + Hex.encode(try SecureRandom.bytes(8))
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        try FileManager.default.createDirectory(atPath: path + "/blobs/sha256", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: path + "/keys", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func open(auditReserve: Int64 = 0, now: @escaping @Sendable () -> Int64 = { 1_700_000_000_000 }) throws -> NodeStore {
        try NodeStore.open(StoreOptions(stateDirectory: path, auditReserveBytes: auditReserve, now: now))
    }

    func read(_ name: String) -> [UInt8]? { FileManager.default.contents(atPath: "\(path)/\(name)").map { Array($0) } }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        guard FileManager.default.createFile(atPath: "\(path)/\(name)", contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        else { throw TestFailure("cannot write \(path)/\(name)") }
    }

    /// What a crash left. The store makes an empty database and its name certain before SQLite and the keys come; the image, which is what
    /// SQLite asked for, does not know that.
    func write(_ image: CrashImage) throws {
        try image.write(to: path)
        if image.files["holdfast.db"] == nil { try write("holdfast.db", []) }
    }

    /// Both files of the signing key, once there are any.
    var keys: [String: [UInt8]] {
        ["keys/audit.ed25519", "keys/audit.pub"].reduce(into: [:]) { $0[$1] = read($1) }
    }
}
