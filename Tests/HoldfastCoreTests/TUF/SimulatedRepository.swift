import HoldfastCrypto
import HoldfastTestSupport

@testable import HoldfastCore

/// A repository that also does what none should: its contents are published as they stand, whatever they say.
struct SimulatedRepository: Sendable {
    static let now = TUFTime(seconds: 1_795_500_000)
    static let later = now.adding(days: 30)

    var root: TUFRoot
    var timestamp = TUFTimestamp(expires: later, snapshot: TUFMetaFile(version: 1, of: []))
    var snapshot = TUFSnapshot(expires: later, files: [:])
    var targets: [String: TUFTargets] = ["targets": TUFTargets(expires: later)]
    /// By role; all of them sign.
    var signers: [String: [TUFEd25519Signer]] = [:]
    /// Lengths and hashes in timestamp and snapshot, or versions only.
    var usesHashes = true
    /// What a web server would serve.
    var files: [String: [UInt8]] = [:]
    private var published: Set<String> = []

    /// Version 1 of everything.
    init(consistent: Bool = true) throws {
        for role in TUFRoot.Role.allCases { signers[role.rawValue] = [try Self.signer()] }
        root = TUFRoot(expires: Self.later, roles: [:])
        root.consistentSnapshot = consistent
        for role in TUFRoot.Role.allCases { setKeys(signers[role.rawValue] ?? [], for: role) }
        try publish("root", "targets", "snapshot", "timestamp")
    }

    static func signer() throws -> TUFEd25519Signer { TUFEd25519Signer(try Ed25519PrivateKey()) }

    /// The keys that the root lists.
    mutating func setKeys(_ keys: [TUFEd25519Signer], threshold: Int = 1, for role: TUFRoot.Role) {
        root.set(keys.map(\.key), threshold: threshold, for: role)
    }

    /// New keys instead of the old, which no longer sign.
    mutating func rotate(_ role: TUFRoot.Role) throws {
        signers[role.rawValue] = [try Self.signer()]
        setKeys(signers[role.rawValue] ?? [], for: role)
    }

    /// A delegation with a new key, and the role if there is none yet.
    mutating func delegate(
        from delegator: String = "targets", to name: String, paths: TUFDelegatedRole.Paths = .patterns(["*"]), isTerminating: Bool = false
    ) throws {
        let signer = try Self.signer()
        signers[name, default: []].append(signer)
        var delegations = targets[delegator]?.delegations ?? TUFDelegations()
        delegations.set(
            try TUFDelegatedRole(name, keys: TUFRoleKeys([signer.key], threshold: 1), paths: paths, isTerminating: isTerminating),
            keys: [signer.key])
        targets[delegator]?.delegations = delegations
        if targets[name] == nil { targets[name] = TUFTargets(expires: Self.later) }
    }

    /// Signs the next version of these roles, in this order. Snapshot and timestamp speak of what was published before.
    mutating func publish(_ roles: String..., bump: Bool = true) throws {
        for role in roles {
            let isNew = published.insert(role).inserted
            let step = bump && !isNew ? 1 : 0
            let by = signers[role] ?? []
            switch role {
            case "root":
                root.header.version += step
                files[TUFMetadataFile.name(of: role, version: root.header.version)] = try TUFSigned(signing: root, by: by).envelope.bytes
            case "timestamp":
                timestamp.header.version += step
                files["timestamp.json"] = try TUFSigned(signing: timestamp, by: by).envelope.bytes
            case "snapshot":
                snapshot.header.version += step
                let bytes = try TUFSigned(signing: snapshot, by: by).envelope.bytes
                write(bytes, role, snapshot.header.version)
                timestamp.snapshot = metaFile(snapshot.header.version, bytes)
            default:
                targets[role]?.header.version += step
                guard let content = targets[role] else { throw TestFailure("no role \(role)") }
                let bytes = try TUFSigned(signing: content, by: by, name: role).envelope.bytes
                write(bytes, role, content.header.version)
                snapshot.files[role + ".json"] = metaFile(content.header.version, bytes)
            }
        }
    }

    func metaFile(_ version: Int, _ bytes: [UInt8]) -> TUFMetaFile {
        var file = TUFMetaFile(version: version, of: bytes)
        if !usesHashes {
            file.length = nil
            file.hashes = nil
        }
        return file
    }

    func name(_ role: String, _ version: Int) -> String {
        root.consistentSnapshot == true ? TUFMetadataFile.name(of: role, version: version) : TUFMetadataFile.name(of: role)
    }

    private mutating func write(_ bytes: [UInt8], _ role: String, _ version: Int) { files[name(role, version)] = bytes }
}
