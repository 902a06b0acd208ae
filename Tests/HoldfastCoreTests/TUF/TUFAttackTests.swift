import HoldfastCrypto
import HoldfastTestSupport
import Testing

@testable import HoldfastCore

/// The attacks of §1.5.2, each by somebody who has what the attack supposes.
@Suite("TUF: attacks")
struct TUFAttackTests {
    /// A client that has seen version 2 of everything, a repository at version 3 in which to go back, and whether it names hashes.
    private func seasoned(hashes: Bool) async throws -> (SimulatedRepository, SimulatedClient) {
        var repository = try SimulatedRepository()
        repository.usesHashes = hashes
        try repository.delegate(to: "team")
        try repository.publish("team", "targets", "snapshot", "timestamp")
        let client = try SimulatedClient(of: repository)
        try await client.refresh(from: repository)
        return (repository, client)
    }

    @Test("rollback of the timestamp, by who can only replay") func replay() async throws {
        var repository = try SimulatedRepository()
        let client = try SimulatedClient(of: repository)
        let old = repository.files["timestamp.json"]
        try repository.publish("timestamp")
        try await client.refresh(from: repository)
        repository.files["timestamp.json"] = old
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataRollback)
        #expect(try client.version("timestamp") == 2)
    }

    @Test("rollback of the snapshot, by who has the timestamp's key", arguments: [true, false])
    func snapshotRollback(hashes: Bool) async throws {
        var (repository, client) = try await seasoned(hashes: hashes)
        repository.snapshot.header.version = 1
        try repository.publish("snapshot", bump: false)
        try repository.publish("timestamp")
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataRollback)
        #expect(try client.version("timestamp") == 2)
    }

    @Test("rollback of targets, top-level and delegated, by who has the online keys", arguments: ["targets", "team"], [true, false])
    func targetsRollback(role: String, hashes: Bool) async throws {
        var (repository, client) = try await seasoned(hashes: hashes)
        try repository.publish(role, "snapshot", "timestamp")
        try await client.refresh(from: repository)
        repository.targets[role]?.header.version = 1
        try repository.publish(role, bump: false)
        try repository.publish("snapshot", "timestamp")
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataRollback)
        #expect(try client.version("snapshot") == 3)
    }

    @Test("a role that vanishes from the snapshot", arguments: [true, false]) func removal(hashes: Bool) async throws {
        var (repository, client) = try await seasoned(hashes: hashes)
        repository.snapshot.files["team.json"] = nil
        try repository.publish("snapshot", "timestamp")
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataRollback)
        #expect(try client.version("snapshot") == 2)
    }

    @Test(
        "freeze: metadata that is never renewed expires, the second after its time",
        arguments: ["root", "timestamp", "snapshot", "targets"])
    func freeze(role: String) async throws {
        var repository = try SimulatedRepository()
        let end = SimulatedRepository.now.adding(days: 1)
        switch role {
        case "root": repository.root.header.expires = end
        case "timestamp": repository.timestamp.header.expires = end
        case "snapshot": repository.snapshot.header.expires = end
        default: repository.targets[role]?.header.expires = end
        }
        try repository.publish("root", "targets", "snapshot", "timestamp")
        let client = try SimulatedClient(of: repository)
        try await client.refresh(from: repository, at: TUFTime(seconds: end.seconds - 1))
        #expect(await refusal { try await client.refresh(from: repository, at: end) } == .metadataExpired)
        // A client that was away for as long, too.
        let fresh = try SimulatedClient(of: repository)
        #expect(await refusal { try await fresh.refresh(from: repository, at: end) } == .metadataExpired)
        if role != "root" { #expect(fresh.stored(role) == nil) }
        // And it ends when the repository goes on.
        switch role {
        case "root": repository.root.header.expires = SimulatedRepository.later
        case "timestamp": repository.timestamp.header.expires = SimulatedRepository.later
        case "snapshot": repository.snapshot.header.expires = SimulatedRepository.later
        default: repository.targets[role]?.header.expires = SimulatedRepository.later
        }
        try repository.publish("root", "targets", "snapshot", "timestamp")
        try await client.refresh(from: repository, at: end)
    }

    @Test("mix and match: a file that was published, but not together with this snapshot", arguments: [true, false])
    func mixAndMatch(hashes: Bool) async throws {
        var repository = try SimulatedRepository()
        repository.usesHashes = hashes
        try repository.publish("targets", "snapshot", "timestamp")
        let second = repository.files["2.targets.json"]
        try repository.publish("targets", "snapshot", "timestamp")
        repository.files["3.targets.json"] = second
        let client = try SimulatedClient(of: repository)
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataInvalid)
        #expect(client.stored("targets") == nil)
    }

    @Test("mix and match: same version, signed by the right key, other contents", arguments: ["snapshot", "targets"])
    func sameVersion(role: String) async throws {
        var repository = try SimulatedRepository()
        let other = repository
        if role == "snapshot" { repository.snapshot.header.expires = SimulatedRepository.later.adding(days: 1) }
        repository.targets["targets"]?.header.expires = SimulatedRepository.later.adding(days: 1)
        try repository.publish(role, bump: false)
        repository.files["timestamp.json"] = other.files["timestamp.json"]
        if role == "targets" { repository.files["1.snapshot.json"] = other.files["1.snapshot.json"] }
        let client = try SimulatedClient(of: repository)
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataInvalid)
        #expect(client.stored(role) == nil)
    }

    @Test(
        "endless data: every file has a limit, named before it is asked for",
        arguments: ["2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"], [true, false])
    func endless(file: String, hashes: Bool) async throws {
        var repository = try SimulatedRepository()
        repository.usesHashes = hashes
        try repository.publish("targets", "snapshot", "timestamp", bump: false)
        let client = try SimulatedClient(of: repository)
        // White space after it changes nothing that is signed.
        repository.files[file] = (repository.files[file] ?? repository.files["1.root.json"] ?? []) + [UInt8](repeating: 32, count: 8 << 20)
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataInvalid)
    }

    @Test("endless data: a length beyond the limit is refused without fetching") func announced() async throws {
        var repository = try SimulatedRepository()
        let client = try SimulatedClient(of: repository)
        repository.timestamp.snapshot.length = 1 << 40
        try repository.publish("timestamp")
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataInvalid)
        #expect(client.takeAsked() == ["2.root.json", "timestamp.json"])
    }

    @Test("wrong length, wrong hash, unknown hash", arguments: 0..<4) func wrong(_ which: Int) async throws {
        var repository = try SimulatedRepository()
        var file = try #require(repository.snapshot.files["targets.json"])
        switch which {
        case 0: file.length? += 1
        case 1: file.length? -= 1
        case 2: file.hashes = TUFHashes(of: [])
        default: file.hashes = try TUFHashes(["md4": "00"], what: "test")
        }
        repository.snapshot.files["targets.json"] = file
        try repository.publish("snapshot", "timestamp")
        let client = try SimulatedClient(of: repository)
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataInvalid)
        #expect(client.stored("targets") == nil)
    }
}
