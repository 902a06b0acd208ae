import HoldfastCrypto
import HoldfastTestSupport
import Testing

@testable import HoldfastCore

/// The keys of a small publisher: two of three for the root, one for each other role.
struct Publisher {
    static let expires = SimulatedRepository.later
    let root: [TUFEd25519Signer]
    let targets, snapshot, timestamp, bin: TUFEd25519Signer

    init() throws {
        root = try (0..<3).map { _ in try SimulatedRepository.signer() }
        targets = try SimulatedRepository.signer()
        snapshot = try SimulatedRepository.signer()
        timestamp = try SimulatedRepository.signer()
        bin = try SimulatedRepository.signer()
    }

    var firstRoot: TUFRoot {
        TUFRoot(
            expires: Self.expires,
            roles: [
                .root: (root.map(\.key), 2), .targets: ([targets.key], 1), .snapshot: ([snapshot.key], 1), .timestamp: ([timestamp.key], 1),
            ])
    }

    /// With `model-0` to `model-9` in eight bins.
    func repository(expires: TUFTime = expires) throws -> TUFRepository {
        var first = firstRoot
        first.header.expires = expires
        var repository = try TUFRepository(root: first, signers: Array(root.prefix(2)))
        let roles = try TUFHashBins(bits: 3).roles(keys: TUFRoleKeys([bin.key], threshold: 1))
        try repository.setTargets(expires: expires, signers: [targets]) {
            $0.set(TUFTarget(path: "top", length: 3, hashes: TUFHashes(of: Array("top".utf8)), custom: ["n": .integer(1)]))
            var delegations = TUFDelegations()
            for role in roles { delegations.set(role, keys: [bin.key]) }
            $0.delegations = delegations
        }
        for role in roles {
            try repository.setTargets(role.name, expires: expires, signers: [bin]) { targets in
                for index in 0..<10 {
                    let path = "model-\(index)"
                    let digest = Hex.encode(SHA256.hash(Array(path.utf8)))
                    guard role.paths.contains(path, digest: digest) else { continue }
                    targets.set(TUFTarget(path: path, length: path.utf8.count, hashes: TUFHashes(of: Array(path.utf8))))
                }
            }
        }
        try repository.setSnapshot(expires: expires, signers: [snapshot])
        try repository.setTimestamp(expires: expires, signers: [timestamp])
        return repository
    }
}

@Suite("TUF: making a repository (§6)")
struct TUFRepositoryTests {
    private func client(of repository: TUFRepository) throws -> SimulatedClient {
        SimulatedClient(trusting: try #require(repository.files["1.root.json"]))
    }

    private func simulated(_ repository: TUFRepository) throws -> SimulatedRepository {
        var simulated = try SimulatedRepository()
        simulated.files = repository.files
        return simulated
    }

    @Test("what it makes, our client takes, bins and all") func taken() async throws {
        let repository = try Publisher().repository()
        let client = try client(of: repository)
        let served = try simulated(repository)
        for index in 0..<10 {
            #expect(try await client.find("model-\(index)", in: served)?.length == 7)
            #expect(client.takeAsked().count <= 1)
        }
        #expect(try await client.find("top", in: served)?.custom == ["n": .integer(1)])
        #expect(try await client.find("model-10", in: served) == nil)
    }

    @Test("each step makes the next version, and clients follow; a key is replaced on the way") func steps() async throws {
        let publisher = try Publisher()
        var repository = try publisher.repository()
        let client = try client(of: repository)
        try await client.refresh(from: simulated(repository))
        let next = try SimulatedRepository.signer()
        try repository.setRoot(signers: Array(publisher.root.suffix(2))) { $0.set([next.key], threshold: 1, for: .timestamp) }
        try repository.setTargets(expires: Publisher.expires, signers: [publisher.targets]) { $0.remove("top") }
        try repository.setSnapshot(expires: Publisher.expires, signers: [publisher.snapshot])
        #expect(
            await refusal { try repository.setTimestamp(expires: Publisher.expires, signers: [publisher.timestamp]) } == .metadataUnsigned)
        try repository.setTimestamp(expires: Publisher.expires, signers: [next])
        try await client.refresh(from: simulated(repository))
        for role in ["root", "timestamp", "snapshot", "targets"] { #expect(try client.version(role) == 2) }
        #expect(try await client.find("top", in: simulated(repository)) == nil)
    }

    @Test("a repository goes on from its files") func reopened() async throws {
        let publisher = try Publisher()
        let first = try publisher.repository()
        var second = try TUFRepository(files: first.files)
        #expect(second.root == first.root && second.snapshot == first.snapshot && second.timestamp == first.timestamp)
        try second.setSnapshot(expires: Publisher.expires, signers: [publisher.snapshot])
        try second.setTimestamp(expires: Publisher.expires, signers: [publisher.timestamp])
        #expect(second.timestamp?.snapshot.version == 2)
        #expect(await refusal { try TUFRepository(files: first.files.filter { $0.key != "1.snapshot.json" }) } == .metadataInvalid)
    }

    @Test("too few signers make nothing") func unsigned() async throws {
        let publisher = try Publisher()
        let stranger = try SimulatedRepository.signer()
        #expect(
            await refusal { try TUFRepository(root: publisher.firstRoot, signers: [publisher.root[0], stranger]) } == .metadataUnsigned)
        var repository = try publisher.repository()
        let before = repository.files
        // New keys need the old ones' word, old keys the new ones'.
        for signers in [[stranger], Array(publisher.root.prefix(2))] {
            #expect(
                await refusal { try repository.setRoot(signers: signers) { $0.set([stranger.key], threshold: 1, for: .root) } }
                    == .metadataUnsigned)
        }
        #expect(await refusal { try repository.setSnapshot(expires: Publisher.expires, signers: [stranger]) } == .metadataUnsigned)
        #expect(await refusal { try repository.setTimestamp(expires: Publisher.expires, signers: []) } == .metadataUnsigned)
        #expect(repository.files == before)
        // Signed with a wrong key, a role does not get into a snapshot.
        try repository.setTargets("bin-0", expires: Publisher.expires, signers: [stranger])
        #expect(
            await refusal { try repository.setSnapshot(expires: Publisher.expires, signers: [publisher.snapshot]) } == .metadataUnsigned)
    }
}
