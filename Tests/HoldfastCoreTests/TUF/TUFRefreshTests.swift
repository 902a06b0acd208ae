import HoldfastTestSupport
import Testing

@testable import HoldfastCore

@Suite("TUF: refresh (§5.1 to §5.6)")
struct TUFRefreshTests {
    @Test("asks for the files of §5 in their order, and stores them as they came", arguments: [true, false])
    func order(consistent: Bool) async throws {
        var repository = try SimulatedRepository(consistent: consistent)
        // A spelling that no serialiser makes: what is stored are the bytes, not what was understood of them.
        repository.files["timestamp.json"]? += Array(" \n".utf8)
        let client = try SimulatedClient(of: repository)
        try await client.refresh(from: repository)
        let names = consistent ? ["1.snapshot.json", "1.targets.json"] : ["snapshot.json", "targets.json"]
        #expect(client.takeAsked() == ["2.root.json", "timestamp.json"] + names)
        #expect(client.stored("timestamp") == repository.files["timestamp.json"])
        #expect(client.stored("snapshot") == repository.files[names[0]])
        #expect(client.stored("targets") == repository.files[names[1]])
    }

    @Test("asks for nothing again that is stored and still fits") func second() async throws {
        let repository = try SimulatedRepository()
        let client = try SimulatedClient(of: repository)
        try await client.refresh(from: repository)
        _ = client.takeAsked()
        try await client.refresh(from: repository)
        #expect(client.takeAsked() == ["2.root.json", "timestamp.json"])
    }

    @Test("what is stored and was changed or lost is fetched again", arguments: ["timestamp", "snapshot", "targets"])
    func storedIsDamaged(role: String) async throws {
        let repository = try SimulatedRepository()
        let client = try SimulatedClient(of: repository)
        for damage in [nil, Array("{}".utf8), [0xff], client.stored(role).map { $0.dropLast() }] as [[UInt8]?] {
            try await client.refresh(from: repository)
            let good = client.stored(role)
            client.setStored(role, damage)
            try await client.refresh(from: repository)
            #expect(client.stored(role) == good)
        }
    }

    @Test(
        "without a threshold of good signatures no role is taken, and what came before it stays",
        arguments: ["root", "timestamp", "snapshot", "targets"])
    func unsigned(role: String) async throws {
        var repository = try SimulatedRepository()
        let client = try SimulatedClient(of: repository)
        try await client.refresh(from: repository)
        repository.signers[role] = [try SimulatedRepository.signer()]
        try repository.publish("root", "targets", "snapshot", "timestamp")
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataUnsigned)
        let order = ["root", "timestamp", "snapshot", "targets"]
        for (index, name) in order.enumerated() {
            let isTaken = index < (order.firstIndex(of: role) ?? 0)
            #expect(try client.version(name) == (isTaken ? 2 : 1), "\(name)")
        }
    }

    @Test(
        "a file that is not there ends the update, and a later one succeeds",
        arguments: ["timestamp.json", "2.snapshot.json", "2.targets.json"])
    func missing(file: String) async throws {
        var repository = try SimulatedRepository()
        let client = try SimulatedClient(of: repository)
        try await client.refresh(from: repository)
        try repository.publish("targets", "snapshot", "timestamp")
        let whole = repository.files
        repository.files[file] = nil
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataInvalid)
        repository.files = whole
        try await client.refresh(from: repository)
        for role in ["timestamp", "snapshot", "targets"] { #expect(try client.version(role) == 2) }
    }

    @Test("a file of another kind is refused, however well it is signed") func type() async throws {
        var repository = try SimulatedRepository()
        let client = try SimulatedClient(of: repository)
        let both = (repository.signers["snapshot"] ?? []) + (repository.signers["timestamp"] ?? [])
        repository.signers["snapshot"] = both
        repository.snapshot.files = ["snapshot.json": repository.timestamp.snapshot]
        try repository.publish("snapshot")
        repository.files["timestamp.json"] = repository.files["2.snapshot.json"]
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataInvalid)
        #expect(client.stored("timestamp") == nil)
    }

    @Test("answers that were not asked for, or are longer than asked for, are refused") func answers() throws {
        let repository = try SimulatedRepository()
        let root = try #require(repository.files["1.root.json"])
        var client = try TUFClient(root: root, start: SimulatedRepository.now)
        let step = try #require(try client.refreshStep())
        #expect(throws: HoldfastError.self) { try client.accept(root, for: .load(role: "snapshot")) }
        guard case .fetch(let request) = step else { return #expect(Bool(false)) }
        #expect(throws: HoldfastError.self) { try client.accept([UInt8](repeating: 32, count: request.maximumBytes + 1), for: step) }
        #expect(try client.refreshStep() == step)
        #expect(client.snapshotContent == nil)
    }
}
