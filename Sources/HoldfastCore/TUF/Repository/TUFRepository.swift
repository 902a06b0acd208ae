/// A TUF repository with consistent snapshots, as a value: the files of its URL of metadata, and the steps that make the next version of
/// each.
///
/// Each step is for who holds one kind of key: roots and targets are signed offline, snapshot and timestamp where the repository is served.
/// A step refuses to make what a client would refuse to take.
public struct TUFRepository: Sendable {
    /// All files ever published, by name: `1.root.json`, `1.targets.json`, `timestamp.json`.
    public private(set) var files: [String: [UInt8]] = [:]
    private var signedRoot: TUFSigned<TUFRoot>
    private var signedTargets: [String: TUFSigned<TUFTargets>] = [:]
    private var signedSnapshot: TUFSigned<TUFSnapshot>?
    private var signedTimestamp: TUFSigned<TUFTimestamp>?

    public var root: TUFRoot { signedRoot.content }
    public var snapshot: TUFSnapshot? { signedSnapshot?.content }
    public var timestamp: TUFTimestamp? { signedTimestamp?.content }
    public func targets(_ role: String = "targets") -> TUFTargets? { signedTargets[role]?.content }

    /// A new repository: version 1 of its root.
    /// - Throws: ``HoldfastError`` `metadata_unsigned` when the signers are too few.
    public init(root: TUFRoot, signers: [any TUFSigning]) throws {
        signedRoot = try TUFSigned(signing: root, by: signers)
        try root.keyring(of: .root).check(signedRoot.envelope, name: TUFRoot.type)
        write(signedRoot.envelope, TUFMetadataFile.name(of: TUFRoot.type, version: signedRoot.version))
    }

    /// Goes on with a repository that was published: its newest root, and what its timestamp names. The files are the publisher's own:
    /// nobody's signature is looked at.
    /// - Throws: ``HoldfastError`` `metadata_invalid` when a file is missing or does not fit.
    public init(files: [String: [UInt8]]) throws {
        func file(_ name: String) throws -> [UInt8] {
            guard let bytes = files[name] else { throw HoldfastError.metadata(name, "the file is missing") }
            return bytes
        }
        var version = 1
        while files[TUFMetadataFile.name(of: TUFRoot.type, version: version + 1)] != nil { version += 1 }
        signedRoot = try TUFSigned(parsing: file(TUFMetadataFile.name(of: TUFRoot.type, version: version)))
        self.files = files
        guard let bytes = files[TUFMetadataFile.name(of: TUFTimestamp.type)] else { return }
        let timestamp = try TUFSigned<TUFTimestamp>(parsing: bytes)
        signedTimestamp = timestamp
        let snapshot = try TUFSigned<TUFSnapshot>(
            parsing: file(TUFMetadataFile.name(of: TUFSnapshot.type, version: timestamp.content.snapshot.version)))
        signedSnapshot = snapshot
        for (name, entry) in snapshot.content.files {
            let role = String(name.dropLast(".json".utf8.count))
            signedTargets[role] = try TUFSigned(parsing: file(TUFMetadataFile.name(of: role, version: entry.version)), name: role)
        }
    }

    /// The next root. Old and new keys must sign (§6.1).
    public mutating func setRoot(signers: [any TUFSigning], change: (inout TUFRoot) throws -> Void) throws {
        var next = signedRoot.content
        next.header.version += 1
        try change(&next)
        let signed = try TUFSigned(signing: next, by: signers)
        try signedRoot.content.keyring(of: .root).check(signed.envelope, name: TUFRoot.type)
        try next.keyring(of: .root).check(signed.envelope, name: TUFRoot.type)
        signedRoot = signed
        write(signed.envelope, TUFMetadataFile.name(of: TUFRoot.type, version: signed.version))
    }

    /// The next version of a targets role, or its first (§6.3.1). Whether its delegators' keys signed it is looked at in
    /// ``setSnapshot(expires:signers:)``.
    public mutating func setTargets(
        _ role: String = "targets", expires: TUFTime, signers: [any TUFSigning], change: (inout TUFTargets) throws -> Void = { _ in }
    ) throws {
        var next = targets(role) ?? TUFTargets(expires: expires)
        if targets(role) != nil { next.header.version += 1 }
        next.header.expires = expires
        try change(&next)
        let signed = try TUFSigned(signing: next, by: signers, name: role)
        signedTargets[role] = signed
        write(signed.envelope, TUFMetadataFile.name(of: role, version: signed.version))
    }

    /// The next snapshot, of all targets roles as they are now (§6.3.2).
    /// - Parameter least: the version it has at least, where one was signed that is no longer here.
    /// - Throws: ``HoldfastError`` `metadata_unsigned` when a role is not signed as a delegator of it wants.
    public mutating func setSnapshot(expires: TUFTime, atLeast least: Int = 1, signers: [any TUFSigning]) throws {
        try checkDelegations()
        var files: [String: TUFMetaFile] = [:]
        for (role, signed) in signedTargets { files[role + ".json"] = TUFMetaFile(version: signed.version, of: signed.envelope.bytes) }
        var next = TUFSnapshot(expires: expires, files: files)
        next.header.version = max((snapshot?.header.version ?? 0) + 1, least)
        let signed = try TUFSigned(signing: next, by: signers)
        try root.keyring(of: .snapshot).check(signed.envelope, name: TUFSnapshot.type)
        signedSnapshot = signed
        write(signed.envelope, TUFMetadataFile.name(of: TUFSnapshot.type, version: signed.version))
    }

    /// The next timestamp, of the snapshot as it is now (§6.3.3). From here on clients see what was set before.
    public mutating func setTimestamp(expires: TUFTime, atLeast least: Int = 1, signers: [any TUFSigning]) throws {
        guard let signedSnapshot else { throw HoldfastError.metadata(TUFTimestamp.type, "there is no snapshot yet") }
        let file = TUFMetaFile(version: signedSnapshot.version, of: signedSnapshot.envelope.bytes)
        var next = TUFTimestamp(expires: expires, snapshot: file)
        next.header.version = max((timestamp?.header.version ?? 0) + 1, least)
        let signed = try TUFSigned(signing: next, by: signers)
        try root.keyring(of: .timestamp).check(signed.envelope, name: TUFTimestamp.type)
        signedTimestamp = signed
        write(signed.envelope, TUFMetadataFile.name(of: TUFTimestamp.type))
    }

    /// Takes the next root, or the first one again, as its signer made it.
    /// - Throws: ``HoldfastError`` `metadata_unsigned`, `metadata_invalid` when it is not the next one.
    public mutating func accept(root bytes: [UInt8]) throws {
        let next = try TUFSigned<TUFRoot>(parsing: bytes)
        try signedRoot.content.keyring(of: .root).check(next.envelope, name: TUFRoot.type)
        try next.content.keyring(of: .root).check(next.envelope, name: TUFRoot.type)
        guard next.version == signedRoot.version + 1 else {
            throw HoldfastError.metadata(TUFRoot.type, "it is version \(next.version), and version \(signedRoot.version + 1) is next")
        }
        signedRoot = next
        write(next.envelope, TUFMetadataFile.name(of: TUFRoot.type, version: next.version))
    }

    /// Takes newer top-level targets as their signer made them. A version may be left out: it may have been lost.
    /// - Throws: ``HoldfastError`` `metadata_unsigned`, `metadata_rollback` when they are not newer.
    public mutating func accept(targets bytes: [UInt8]) throws {
        let next = try TUFSigned<TUFTargets>(parsing: bytes)
        try root.keyring(of: .targets).check(next.envelope, name: TUFTargets.type)
        let known = signedTargets[TUFTargets.type]?.version ?? 0
        guard next.version > known else {
            throw HoldfastError.rollback(TUFTargets.type, "it is version \(next.version), and version \(known) is here")
        }
        signedTargets[TUFTargets.type] = next
        write(next.envelope, TUFMetadataFile.name(of: TUFTargets.type, version: next.version))
    }

    /// A repository of which nothing but a root is known yet, which its own keys must have signed.
    /// - Throws: ``HoldfastError`` `metadata_unsigned`, `metadata_invalid`.
    public init(trusting bytes: [UInt8]) throws {
        signedRoot = try TUFSigned(parsing: bytes)
        try signedRoot.content.keyring(of: .root).check(signedRoot.envelope, name: TUFRoot.type)
        write(signedRoot.envelope, TUFMetadataFile.name(of: TUFRoot.type, version: signedRoot.version))
    }

    private func checkDelegations() throws {
        guard let top = signedTargets[TUFTargets.type] else { throw HoldfastError.metadata(TUFTargets.type, "there is none yet") }
        try root.keyring(of: .targets).check(top.envelope, name: TUFTargets.type)
        for delegator in signedTargets.values {
            guard let delegations = delegator.content.delegations else { continue }
            for role in delegations.roles {
                guard let signed = signedTargets[role.name] else {
                    throw HoldfastError.metadata(role.name, "it is delegated to and was not made")
                }
                try delegations.keyring(of: role).check(signed.envelope, name: role.name)
            }
        }
    }

    private mutating func write(_ envelope: TUFEnvelope, _ name: String) { files[name] = envelope.bytes }
}
