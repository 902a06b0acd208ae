import Glibc
public import HoldfastCore
import Synchronization

/// The signer, as the catalog sees it: one connection for each question. Calls block, for ten seconds at most.
public struct SignerClient: Sendable {
    public struct Status: Sendable {
        public let keys: [SignerRole: [TUFKey]]
        /// The newest that was ever signed: `timestamp`, `snapshot`, `targets`, `director/NODE`.
        public let versions: [String: Int]
    }

    public let path: String

    public init(path: String) { self.path = path }

    /// - Throws: ``HoldfastError`` `source_failed` when no signer is there.
    public func status() throws -> Status { try status(ask(.status)) }

    /// - Throws: ``HoldfastError`` `source_failed`, `invalid_request` when there are too many.
    public func addKey(_ role: SignerRole) throws -> Status { try status(ask(.addKey(role))) }

    public func keepKeys(_ role: SignerRole, only ids: Set<String>) throws -> Status { try status(ask(.keepKeys(role, ids))) }

    /// What signs for a role by those of the signer's keys that `listed` names. A signer signs each version once, so that each is asked for once.
    public func signers(_ role: SignerRole, listed: [String]) throws -> [any TUFSigning] {
        let keys = try status().keys[role, default: []].filter { listed.contains($0.id) }
        guard !keys.isEmpty else {
            throw HoldfastError(
                .metadataUnsigned,
                "The root names none of the signer's keys for \(role.rawValue): it signs for another catalog, or has new keys.",
                hint: "holdfast catalog key list; then holdfast catalog key rotate \(role.rawValue)")
        }
        let round = SigningRound(client: self)
        return keys.map { RemoteSigner(key: $0, round: round) }
    }

    fileprivate func sign(_ message: [UInt8]) throws -> [SignerAnswer.Signature] {
        guard case .signatures(let list) = try ask(.sign(OLPCJSON(parsing: message))) else { throw Self.malformed }
        return list
    }

    private func status(_ answer: SignerAnswer) throws -> Status {
        guard case .status(let keys, let versions) = answer else { throw Self.malformed }
        return Status(keys: keys, versions: versions)
    }

    private func ask(_ request: SignerRequest) throws -> SignerAnswer {
        let descriptor = try SignerFrames.open()
        defer { close(descriptor) }
        SignerFrames.limitWaiting(descriptor)
        guard try SignerFrames.withAddress(path, { connect(descriptor, $0, $1) }) == 0 else {
            throw HoldfastError(
                .sourceFailed, "No signer answers at \(path): \(String(cString: strerror(errno))).",
                hint: "start holdfast-signer --state DIR --socket \(path)")
        }
        try SignerFrames.write(request.json, to: descriptor)
        return try SignerAnswer(SignerFrames.read(from: descriptor))
    }

    private static var malformed: HoldfastError { HoldfastError(.internalError, "What answers in the signer's place is no signer.") }
}

/// One document: all of the signer's keys sign it at once, and each version only once.
private final class SigningRound: Sendable {
    private let client: SignerClient
    private let known = Mutex<(message: [UInt8], signatures: [SignerAnswer.Signature])?>(nil)

    init(client: SignerClient) { self.client = client }

    func signature(of message: [UInt8], by key: String) throws -> [UInt8] {
        let signatures = try known.withLock { known in
            if let known, known.message == message { return known.signatures }
            let signatures = try client.sign(message)
            known = (message, signatures)
            return signatures
        }
        guard let signature = signatures.first(where: { $0.key == key }) else {
            throw HoldfastError(.metadataUnsigned, "The signer no longer has the key \(key.prefix(12)).", hint: "holdfast catalog key list")
        }
        return signature.bytes
    }
}

private struct RemoteSigner: TUFSigning {
    let key: TUFKey
    let round: SigningRound

    func sign(_ message: [UInt8]) throws -> [UInt8] { try round.signature(of: message, by: key.id) }
}
