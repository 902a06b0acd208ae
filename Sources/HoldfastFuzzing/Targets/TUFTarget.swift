import HoldfastCore
import HoldfastCrypto
import HoldfastTestSupport

extension FuzzTarget {
    /// TUF metadata: its JSON has one canonical form, Foundation reads the same from it, and what a client takes is what was signed.
    static let tuf = FuzzTarget("tuf", maximumBytes: 8192, seeds: { try Array(TUFSeeds.files.get().values) }) { input in
        let value = try accepted([.metadataInvalid]) { try OLPCJSON(parsing: input) }
        if let value {
            let written = try value.json()
            let again = try OLPCJSON(parsing: written)
            try require(again == value && again.serialized() == value.serialized(), "what is written is read otherwise")
            try require(try JSONValue(parsing: input) == JSONValue(parsing: written), "Foundation reads what is written otherwise")
        }
        let signed = value?.objectValue?["signed"]
        let seeds = try TUFSeeds.files.get()
        for (name, bytes) in seeds where signed != nil {
            // The client that has come so far gets the input instead of the file.
            var client = try TUFClient(root: TUFSeeds.file("1.root.json", seeds), start: TUFSeeds.start)
            while let step = try client.refreshStep() {
                guard case .fetch(let request) = step, request.file == name else {
                    let answer: [UInt8]? = if case .fetch(let request) = step { seeds[request.file] } else { nil }
                    _ = try client.accept(answer, for: step)
                    continue
                }
                let changes = try accepted([.metadataInvalid, .metadataUnsigned, .metadataExpired, .metadataRollback]) {
                    try client.accept(input, for: step)
                }
                guard let changes else { break }
                let original = try OLPCJSON(parsing: bytes).objectValue?["signed"]
                try require(signed != nil && signed == original, "\(name) was taken, and is not what was signed")
                guard case .store(_, _, input)? = changes.last else { throw BrokenPromise(description: "other bytes would be stored") }
            }
        }
        guard let first = try accepted([.metadataInvalid, .metadataUnsigned], { try TUFClient(root: input, start: TUFSeeds.start) }) else {
            return
        }
        try require(first.rootVersion >= 1, "a root of version \(first.rootVersion)")
        _ = try accepted([.metadataInvalid]) { try TUFRepository(files: ["1.root.json": input]) }
    }
}

/// A small repository, the same each time.
enum TUFSeeds {
    static let start = TUFTime(seconds: 1_795_500_000)

    static func file(_ name: String, _ files: [String: [UInt8]]) throws -> [UInt8] {
        guard let bytes = files[name] else { throw BrokenPromise(description: "no \(name)") }
        return bytes
    }

    static let files = Result { try repository().files }

    private static func repository() throws -> TUFRepository {
        let signers = try (1...4).map { TUFEd25519Signer(try Ed25519PrivateKey(seed: [UInt8](repeating: UInt8($0), count: 32))) }
        let expires = start.adding(days: 30)
        var roles: [TUFRoot.Role: (keys: [TUFKey], threshold: Int)] = [:]
        for (role, signer) in zip(TUFRoot.Role.allCases, signers) { roles[role] = ([signer.key], 1) }
        var repository = try TUFRepository(root: TUFRoot(expires: expires, roles: roles), signers: [signers[0]])
        try repository.setRoot(signers: [signers[0]]) { $0.set([signers[1].key, signers[0].key], threshold: 1, for: .timestamp) }
        try repository.setTargets(expires: expires, signers: [signers[3]]) { targets in
            targets.set(TUFTarget(path: "a/b", length: 2, hashes: TUFHashes(of: [1, 2]), custom: ["c": .array([.null, .bool(true)])]))
            var delegations = TUFDelegations()
            for role in try TUFHashBins(bits: 1).roles(keys: TUFRoleKeys([signers[3].key], threshold: 1)) {
                delegations.set(role, keys: [signers[3].key])
            }
            delegations.set(
                try TUFDelegatedRole("team", keys: TUFRoleKeys([signers[3].key], threshold: 1), paths: .patterns(["x/*.[a-z]?"])),
                keys: [signers[3].key])
            targets.delegations = delegations
        }
        for role in ["bin-0", "bin-1", "team"] { try repository.setTargets(role, expires: expires, signers: [signers[3]]) }
        try repository.setSnapshot(expires: expires, signers: [signers[2]])
        try repository.setTimestamp(expires: expires, signers: [signers[1]])
        return repository
    }
}
