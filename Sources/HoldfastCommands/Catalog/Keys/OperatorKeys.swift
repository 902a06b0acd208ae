import FoundationEssentials
import Glibc
import HoldfastCore
import HoldfastCrypto

/// The operator's folder: offline keys `root-N.ed25519` and `targets-N.ed25519` (seeds in hexadecimal), and the newest root that was trusted,
/// `root.json`. Nothing of it ever goes to the catalog but signatures.
struct OperatorKeys {
    let folder: String

    private var rootPath: String { folder + "/root.json" }

    /// Of `root` or `targets`; by name of the file.
    /// - Throws: ``HoldfastError`` `file_unreadable`; `configuration_invalid` when others can read them.
    func signers(_ role: TUFRoot.Role) throws -> [TUFEd25519Signer] {
        try names(role).map { name in
            let path = "\(folder)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & 0o077 == 0 else {
                throw HoldfastError(.configurationInvalid, "The key \(path) can be read by others.", hint: "chmod 600 \(path)")
            }
            let text = String(decoding: try CatalogFile.read(path, limit: 4096), as: UTF8.self).filter { !$0.isWhitespace }
            guard let seed = Hex.decode(text), let key = try? Ed25519PrivateKey(seed: seed) else {
                throw HoldfastError(.fileUnreadable, "\(path) is no seed of 64 hexadecimal digits.")
            }
            return TUFEd25519Signer(key)
        }
    }

    func names(_ role: TUFRoot.Role) throws -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return all.filter { $0.hasPrefix(role.rawValue + "-") && $0.hasSuffix(".ed25519") }.sorted()
    }

    /// Makes a further key, under the next free number.
    func make(_ role: TUFRoot.Role) throws -> TUFEd25519Signer {
        if mkdir(folder, 0o700) != 0, errno != EEXIST {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        let known = Set(try names(role))
        let number = (1...).first { !known.contains("\(role.rawValue)-\($0).ed25519") } ?? 1
        let key = try Ed25519PrivateKey()
        let file = try NewFile("\(folder)/\(role.rawValue)-\(number).ed25519")
        try file.write(Hex.encode(key.seed) + "\n")
        try file.finish()
        return TUFEd25519Signer(key)
    }

    /// The root that was trusted last; nil before the first.
    func root() throws -> [UInt8]? {
        guard access(rootPath, F_OK) == 0 else { return nil }
        return try CatalogFile.read(rootPath, limit: 1 << 20)
    }

    func keep(root: [UInt8]) throws {
        let file = try NewFile(rootPath)
        try file.write(root[...])
        try file.finish()
    }
}
