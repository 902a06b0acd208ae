import Glibc
import HoldfastCore
import HoldfastCrypto

/// The signer's keys: `STATE/keys/ROLE.KEYID.ed25519`, each a seed in hexadecimal, for its owner alone.
struct SignerKeys {
    private let folder: String
    private(set) var keys: [SignerRole: [TUFEd25519Signer]] = [:]

    /// Reads what is there and makes what is missing.
    init(state: String) throws {
        folder = state + "/keys"
        try SignerFiles.makeFolder(state)
        try SignerFiles.makeFolder(folder)
        for name in try SignerFiles.names(in: folder).sorted() {
            let parts = name.split(separator: ".")
            guard parts.count == 3, parts[2] == "ed25519", let role = SignerRole(rawValue: String(parts[0])) else { continue }
            guard let text = try SignerFiles.read("\(folder)/\(name)"), let seed = Hex.decode(text.filter { !$0.isWhitespace }) else {
                throw HoldfastError(.fileUnreadable, "The key \(folder)/\(name) is no seed in hexadecimal.")
            }
            let signer = TUFEd25519Signer(try Ed25519PrivateKey(seed: seed))
            guard signer.key.id == parts[1] else {
                throw HoldfastError(.fileUnreadable, "The key \(folder)/\(name) is not the one its name says.")
            }
            keys[role, default: []].append(signer)
        }
        for role in SignerRole.allCases where keys[role] == nil { try add(role) }
    }

    /// A further key of the role; all of them sign until the others are dropped.
    mutating func add(_ role: SignerRole) throws {
        guard keys[role, default: []].count < 4 else {
            throw HoldfastError(
                .invalidRequest,
                "The signer has \(keys[role, default: []].count) keys for \(role.rawValue) already: publish a root that names them first.")
        }
        let key = try Ed25519PrivateKey()
        let signer = TUFEd25519Signer(key)
        try SignerFiles.replace("\(folder)/\(role.rawValue).\(signer.key.id).ed25519", with: Hex.encode(key.seed) + "\n")
        keys[role, default: []].append(signer)
    }

    /// Forgets the role's other keys. One at least stays.
    mutating func keep(_ role: SignerRole, only ids: Set<String>) throws {
        let all = keys[role, default: []]
        let kept = all.filter { ids.contains($0.key.id) }
        guard !kept.isEmpty else { throw HoldfastError(.invalidRequest, "None of the signer's keys for \(role.rawValue) would be left.") }
        for gone in all where !ids.contains(gone.key.id) { try SignerFiles.remove("\(folder)/\(role.rawValue).\(gone.key.id).ed25519") }
        keys[role] = kept
    }
}
