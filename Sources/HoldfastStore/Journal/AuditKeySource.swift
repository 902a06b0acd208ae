import Glibc
import HoldfastCore
import HoldfastCrypto

/// The places a signing key can be in.
struct AuditKeySource {
    let directory: StateDirectory
    let credentials: String?

    /// - Returns: nil when there is no such credential.
    func credential(_ name: String) throws -> Ed25519PrivateKey? {
        guard let credentials, let bytes = try SmallFile.read("\(credentials)/\(name)") else { return nil }
        return try key(bytes, "the credential \(name)")
    }

    func file() throws -> Ed25519PrivateKey? { try SmallFile.read(directory.signingKey).map { try key($0, directory.signingKey) } }

    /// The key of a handover that may or may not have come about. What is no key was never handed over to.
    func next() throws -> Ed25519PrivateKey? { try SmallFile.read(directory.nextSigningKey).flatMap { try? Ed25519PrivateKey(seed: $0) } }

    func make() throws -> Ed25519PrivateKey {
        let key = try Ed25519PrivateKey()
        try SmallFile.replace(directory.signingKey, with: key.seed, mode: 0o600)
        return key
    }

    func makeNext() throws -> Ed25519PrivateKey {
        let key = try Ed25519PrivateKey()
        try SmallFile.replace(directory.nextSigningKey, with: key.seed, mode: 0o600)
        return key
    }

    /// Puts the next key in the place of the file, or forgets it.
    func settle(takesNext: Bool) throws {
        let done = takesNext ? rename(directory.nextSigningKey, directory.signingKey) : unlink(directory.nextSigningKey)
        guard done == 0 else { throw SystemError.error("put the signing key in its place", directory.nextSigningKey) }
        try Folder.synchronize(directory.keys)
    }

    func refusal(_ why: String, _ what: String? = nil) -> HoldfastError {
        HoldfastError(
            .auditUnavailable, "The audit log cannot be signed: \(what ?? directory.signingKey) \(why).",
            hint: "restore the key from a backup; records that are there can still be checked with holdfast audit verify --state DIR")
    }

    private func key(_ bytes: [UInt8], _ what: String) throws -> Ed25519PrivateKey {
        guard let key = try? Ed25519PrivateKey(seed: bytes) else { throw refusal("is not a raw Ed25519 seed of 32 bytes", what) }
        return key
    }
}
