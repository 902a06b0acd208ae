/// The keys that count for one role, by the word of one delegator.
struct TUFKeyring: Hashable, Sendable {
    let threshold: Int
    private let verifiers: [String: TUFVerifier]

    /// A key whose id is not its own hash does not count (§4.3: "Clients MUST calculate each KEYID").
    init(_ role: TUFRoleKeys, keys: [String: TUFKey]) {
        threshold = role.threshold
        var verifiers: [String: TUFVerifier] = [:]
        for id in role.keyIDs {
            guard let key = keys[id], key.id == id else { continue }
            verifiers[id] = key.verifier
        }
        self.verifiers = verifiers
    }

    /// That a threshold of different keys signed (§5.3.4, §5.4.2, §5.5.3, §5.6.3). Invalid signatures beside them do no harm.
    /// - Throws: ``HoldfastError`` `metadata_unsigned`.
    func check(_ envelope: TUFEnvelope, name: String) throws {
        var signed: Set<TUFVerifier> = []
        for (id, verifier) in verifiers {
            guard let signature = envelope.signatures[id] ?? nil, !signed.contains(verifier) else { continue }
            if verifier.isValid(signature: signature, for: envelope.signedBytes) { signed.insert(verifier) }
            if signed.count >= threshold { return }
        }
        throw HoldfastError(
            .metadataUnsigned,
            "The metadata '\(name.prefix(80))' is refused: \(signed.count) valid signatures of keys that count, and \(threshold) are needed."
        )
    }
}
