import HoldfastCore

/// Holds the online keys, and signs only what it understands: newer than everything it signed before, for no longer than its role allows.
struct Signer {
    private var keys: SignerKeys
    private var ledger: SignerLedger
    private let now: @Sendable () -> Int64

    /// - Parameter now: seconds since 1970.
    init(state: String, now: @escaping @Sendable () -> Int64) throws {
        keys = try SignerKeys(state: state)
        ledger = try SignerLedger(state: state)
        self.now = now
    }

    /// One request, answered.
    mutating func answer(_ request: SignerRequest) throws -> SignerAnswer {
        switch request {
        case .status: break
        case .sign(let document): return .signatures(try sign(document))
        case .addKey(let role): try keys.add(role)
        case .keepKeys(let role, let ids): try keys.keep(role, only: ids)
        }
        return .status(keys: keys.keys.mapValues { $0.map(\.key) }, versions: ledger.versions)
    }

    private mutating func sign(_ document: OLPCJSON) throws -> [SignerAnswer.Signature] {
        guard let members = document.objectValue, let type = members["_type"]?.stringValue, let role = SignerRole(rawValue: type) else {
            throw refusal("it is of no kind that is signed here")
        }
        guard let version = members["version"]?.integerValue, version > 0 else { throw refusal("it has no version") }
        guard let expires = members["expires"]?.stringValue.flatMap(TUFTime.init) else { throw refusal("it does not say when it expires") }
        let start = TUFTime(seconds: now())
        guard expires > start, expires <= start.adding(days: role.maximumDays) else {
            throw refusal("a \(type) may be good for \(role.maximumDays) days at most, and not be expired")
        }
        let raised = try rise(of: role, members, version: version)
        for (name, version) in raised {
            let known = ledger.versions[name] ?? 0
            // What a snapshot names may stay as it was; what is signed itself is signed once.
            let isNamed = name == "targets"
            guard isNamed ? version >= known : version > known else {
                throw HoldfastError(
                    .metadataRollback, "The signer has signed version \(known) of '\(name)', and does not sign version \(version).",
                    hint: "if the catalog was restored from a backup: holdfast catalog renew")
            }
        }
        let message = document.serialized()
        let signatures = try keys.keys[role, default: []].map { SignerAnswer.Signature(key: $0.key.id, bytes: try $0.sign(message)) }
        try ledger.raise(raised)
        return signatures
    }

    private func rise(of role: SignerRole, _ members: [String: OLPCJSON], version: Int) throws -> [String: Int] {
        switch role {
        case .timestamp: return ["timestamp": version]
        case .snapshot:
            guard let targets = members["meta"]?.objectValue?["targets.json"]?.objectValue?["version"]?.integerValue else {
                throw refusal("a snapshot must name targets.json")
            }
            return ["snapshot": version, "targets": targets]
        case .director:
            guard let node = members["node"]?.stringValue, DirectorDocument.isName(node) else { throw refusal("it names no node") }
            return ["director/\(node)": version]
        }
    }

    private func refusal(_ why: String) -> HoldfastError { HoldfastError(.metadataInvalid, "The signer does not sign this: \(why).") }
}
