import Glibc
import HoldfastCore
import HoldfastCrypto

/// The node's signing key, where it is kept, and the log's name that is made from the first one.
///
/// It is STATE/keys/audit.ed25519 (a raw seed), or the systemd credential `audit-key`. At a handover the next key is written beside the file
/// before the database names it: whatever a crash leaves, the one that the database names is there.
struct AuditKey {
    static let credential = "audit-key"
    /// Only for a handover from one credential to another.
    static let previousCredential = "audit-key-previous"

    /// Signs from here on.
    let signer: NoteSigner
    /// A credential that is not yet the log's key: `signer` hands over to it at this start.
    let successor: NoteSigner?
    /// The key is not the node's to replace.
    let isCredential: Bool

    /// `holdfast.local/node/` and 16 hexadecimal digits of the first public key's SHA-256.
    static func origin(_ key: Ed25519PublicKey) -> String {
        "holdfast.local/node/" + Hex.encode(SHA256.hash(key.bytes).prefix(8))
    }

    /// - Parameters:
    ///   - credentials: `$CREDENTIALS_DIRECTORY`, nil without one.
    ///   - origin: the name the database knows; nil at the first start, when a missing key is made.
    ///   - key: the key that the last handover in the database names; nil when there was none.
    /// - Throws: ``HoldfastError`` `audit_unavailable` when the key is gone, unreadable or another one.
    static func load(
        _ directory: StateDirectory, credentials: String?, origin: String?, key: NoteVerifierKey?
    ) throws -> AuditKey {
        let source = AuditKeySource(directory: directory, credentials: credentials)
        let credential = try source.credential(Self.credential)
        guard let origin else {
            let first = try credential ?? source.file() ?? source.make()
            let signer = try NoteSigner(name: Self.origin(first.publicKey), privateKey: first)
            try publish(signer, directory)
            return AuditKey(signer: signer, successor: nil, isCredential: credential != nil)
        }
        func isTheLogs(_ candidate: Ed25519PrivateKey?) -> Bool {
            guard let candidate else { return false }
            return key.map { $0.publicKey == candidate.publicKey } ?? (Self.origin(candidate.publicKey) == origin)
        }
        let (file, next) = (try source.file(), try source.next())
        let kept = try [credential, source.credential(previousCredential), file, next]
        guard let found = kept.first(where: isTheLogs) ?? nil else {
            throw source.refusal(kept.contains { $0 != nil } ? "is not this log's key" : "is gone")
        }
        if next != nil { try source.settle(takesNext: !isTheLogs(file) && isTheLogs(next)) }
        let signer = try NoteSigner(name: origin, privateKey: found)
        try publish(signer, directory)
        let successor = try credential.flatMap { isTheLogs($0) ? nil : try NoteSigner(name: origin, privateKey: $0) }
        return AuditKey(signer: signer, successor: successor, isCredential: credential != nil)
    }

    /// STATE/keys/audit.pub, for whoever checks the log.
    static func publish(_ signer: NoteSigner, _ directory: StateDirectory) throws {
        let text = Array((signer.verifierKey.text + "\n").utf8)
        if try SmallFile.read(directory.verifierKey) != text { try SmallFile.replace(directory.verifierKey, with: text, mode: 0o644) }
    }
}
