import Glibc
import HoldfastCore

/// Trusted metadata as files: `ROLE.json`, the role percent-encoded, as it came; and every root in `root_history/`.
struct MetadataFolder: TUFStoring {
    let path: String

    /// The first root, by which all others are verified. It must be signed by its own keys.
    func begin(with root: [UInt8]) throws {
        let client = try TUFClient(root: root, start: TUFTime(seconds: 0))
        try apply([.store(role: "root", version: client.rootVersion, bytes: root)])
    }

    func load(role: String) throws -> [UInt8]? { try SmallFiles.readIfThere(file(role)) }

    /// Whole files appear under their names one after the other. Cut short, what is there is a state to go on from: what a rotation makes
    /// forget goes before the root that says so is stored, and that root is taken again.
    func apply(_ changes: [TUFChange]) throws {
        for change in changes {
            switch change {
            case .store(let role, let version, let bytes):
                if role == "root" {
                    mkdir(path + "/root_history", 0o755)
                    try SmallFiles.write(bytes, to: "\(path)/root_history/\(TUFMetadataFile.name(of: role, version: version))")
                }
                try SmallFiles.write(bytes, to: file(role))
            case .forget(let role):
                guard unlink(file(role)) == 0 || errno == ENOENT else { throw SmallFiles.failure(file(role)) }
            }
        }
    }

    private func file(_ role: String) -> String { "\(path)/\(TUFMetadataFile.name(of: role))" }
}
