import HoldfastTestSupport
import Testing

@testable import HoldfastCore

@Suite("TUF: the chain of roots (§5.3)")
struct TUFRootTests {
    struct Rotation: Sendable, CustomStringConvertible {
        struct Version: Sendable { let keys: [Int], threshold: Int, signers: [Int] }
        let description: String
        let versions: [Version]
        var isGood = true

        init(_ description: String, _ versions: (keys: [Int], threshold: Int, signers: [Int])..., isGood: Bool = true) {
            self.description = description
            self.versions = versions.map { Version(keys: $0.keys, threshold: $0.threshold, signers: $0.signers) }
            self.isGood = isGood
        }
    }

    static let rotations = [
        Rotation("one key for another", ([1], 1, [1]), ([2], 1, [2, 1]), ([2], 1, [2])),
        Rotation("with signatures of strangers", ([1], 1, [3, 1, 4]), ([2], 1, [3, 2, 1, 4]), ([2], 1, [3, 2, 4])),
        Rotation("three of five, each time others", ([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([0, 1, 2, 3, 4], 3, [0, 4, 1])),
        Rotation(
            "all five at once", ([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([5, 6, 7, 8, 9], 3, [0, 2, 4, 5, 6, 7]), ([5, 6, 7, 8, 9], 3, [5, 6, 7])),
        Rotation("a higher threshold", ([1, 2, 3], 1, [1]), ([1, 2, 3], 2, [1, 2])),
        Rotation("a lower threshold", ([1, 2, 3], 2, [1, 2]), ([1, 2, 3], 1, [1, 2]), ([1, 2, 3], 1, [1])),
        Rotation("not signed by the old key", ([1], 1, [1]), ([2], 1, [2, 3, 4]), isGood: false),
        Rotation("not signed by the new key", ([1], 1, [1]), ([2], 1, [1, 3, 4]), isGood: false),
        Rotation("two of three old ones", ([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([0, 1, 3, 4, 5], 3, [0, 4, 5]), isGood: false),
        Rotation("two of three new ones", ([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([0, 1, 3, 4, 5], 3, [0, 2, 4]), isGood: false),
        Rotation("the new, higher threshold is not met", ([1, 2, 3], 1, [1]), ([1, 2, 3], 2, [2]), isGood: false),
        Rotation("the old, higher threshold is not met", ([1, 2, 3], 2, [1, 2]), ([1, 2, 3], 1, [1]), isGood: false),
    ]

    @Test("old and new keys must both sign", arguments: rotations)
    func rotation(_ rotation: Rotation) async throws {
        var repository = try SimulatedRepository()
        let signers = try (0..<10).map { _ in try SimulatedRepository.signer() }
        for (index, version) in rotation.versions.enumerated() {
            repository.setKeys(version.keys.map { signers[$0] }, threshold: version.threshold, for: .root)
            repository.signers["root"] = version.signers.map { signers[$0] }
            try repository.publish("root", bump: index > 0)
        }
        let client = try SimulatedClient(of: repository)
        let outcome = await refusal { try await client.refresh(from: repository) }
        #expect(outcome == (rotation.isGood ? nil : .metadataUnsigned))
        #expect(try client.version("root") == rotation.versions.count - (rotation.isGood ? 0 : 1))
        if rotation.isGood { #expect(client.rootHistory == Array(2...rotation.versions.count)) }
    }

    @Test("a root of another version than its name's is refused", arguments: [1, 3, 17])
    func version(_ version: Int) async throws {
        var repository = try SimulatedRepository()
        let client = try SimulatedClient(of: repository)
        repository.root.header.version = version
        try repository.publish("root", bump: false)
        repository.files["2.root.json"] = repository.files["\(version).root.json"]
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataRollback)
        #expect(client.rootHistory.isEmpty)
    }

    @Test("roots on the way may have expired, the last may not; it is kept all the same") func expiry() async throws {
        var repository = try SimulatedRepository()
        let client = try SimulatedClient(of: repository)
        repository.root.header.expires = SimulatedRepository.now
        try repository.publish("root")
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataExpired)
        #expect(try client.version("root") == 2)
        #expect(client.stored("timestamp") == nil)
        repository.root.header.expires = SimulatedRepository.later
        try repository.publish("root")
        try await client.refresh(from: repository)
        #expect(client.rootHistory == [2, 3])
    }

    @Test("a chain longer than an update takes is gone through in several") func limit() async throws {
        var repository = try SimulatedRepository()
        var limits = TUFLimits()
        limits.roots = 4
        let client = try SimulatedClient(of: repository, limits: limits)
        for _ in 0..<9 { try repository.publish("root") }
        try await client.refresh(from: repository)
        #expect(try client.version("root") == 5)
        try await client.refresh(from: repository)
        try await client.refresh(from: repository)
        #expect(try client.version("root") == 10)
    }

    @Test("the first root must be signed by its own keys, and nothing is asked for otherwise") func first() async throws {
        var repository = try SimulatedRepository()
        repository.signers["root"] = [try SimulatedRepository.signer()]
        try repository.publish("root", bump: false)
        let client = try SimulatedClient(of: repository)
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataUnsigned)
        client.setStored("root", nil)
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataInvalid)
        #expect(client.takeAsked().isEmpty)
    }

    /// §5.3.11, and §1.5.2's fast-forward attack: someone with online keys has signed versions near the end of counting.
    @Test(
        "after a rotation of online keys lower versions are taken again",
        arguments: [[TUFRoot.Role.timestamp], [.snapshot], [.timestamp, .snapshot]])
    func fastForward(rotated: [TUFRoot.Role]) async throws {
        var repository = try SimulatedRepository()
        let client = try SimulatedClient(of: repository)
        let honest = repository
        repository.timestamp.header.version = 1_000_000
        repository.snapshot.header.version = rotated.contains(.snapshot) ? 1_000_000 : 1
        if rotated.contains(.snapshot) { repository.targets["targets"]?.header.version = 1_000_000 }
        try repository.publish("targets", "snapshot", "timestamp", bump: false)
        try await client.refresh(from: repository)
        repository = honest
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataRollback)
        for role in rotated { try repository.rotate(role) }
        try repository.publish("root", "targets", "snapshot", "timestamp")
        try await client.refresh(from: repository)
        for role in ["timestamp", "snapshot", "targets"] { #expect(try client.version(role) == 2, "\(role)") }
    }

    @Test("a key that is added ends no trust: what is stored still guards against rollbacks") func added() async throws {
        var repository = try SimulatedRepository()
        let client = try SimulatedClient(of: repository)
        let old = repository.files["timestamp.json"]
        try repository.publish("timestamp")
        try await client.refresh(from: repository)
        repository.setKeys((repository.signers["timestamp"] ?? []) + [try SimulatedRepository.signer()], for: .timestamp)
        try repository.publish("root")
        repository.files["timestamp.json"] = old
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataRollback)
    }
}
