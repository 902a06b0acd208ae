import HoldfastCrypto
import HoldfastTestSupport
import Testing

@testable import HoldfastCore

/// Keys below the threshold, however they are counted, move nothing.
@Suite("TUF: thresholds")
struct TUFThresholdTests {
    /// A client, and a repository whose snapshot needs two of three keys.
    private func twoOfThree() async throws -> (SimulatedRepository, SimulatedClient, [TUFEd25519Signer]) {
        var repository = try SimulatedRepository()
        let client = try SimulatedClient(of: repository)
        let signers = try (0..<3).map { _ in try SimulatedRepository.signer() }
        repository.setKeys(signers, threshold: 2, for: .snapshot)
        repository.signers["snapshot"] = signers
        try repository.publish("root", "snapshot", "timestamp")
        try await client.refresh(from: repository)
        return (repository, client, signers)
    }

    /// What the client makes of the next snapshot, signed by these.
    private func outcome(_ repository: inout SimulatedRepository, _ client: SimulatedClient, signing: [TUFEd25519Signer]) async throws
        -> HoldfastError.Code?
    {
        repository.signers["snapshot"] = signing
        try repository.publish("snapshot", "timestamp")
        let published = repository
        return await refusal { try await client.refresh(from: published) }
    }

    @Test("any two of three do, one and a stranger do not") func combinations() async throws {
        var (repository, client, signers) = try await twoOfThree()
        let stranger = try SimulatedRepository.signer()
        #expect(try await outcome(&repository, client, signing: [signers[0]]) == .metadataUnsigned)
        #expect(try await outcome(&repository, client, signing: [signers[2], stranger]) == .metadataUnsigned)
        #expect(try await outcome(&repository, client, signing: []) == .metadataUnsigned)
        #expect(try client.version("snapshot") == 2)
        #expect(try await outcome(&repository, client, signing: [signers[2], stranger, signers[0]]) == nil)
        #expect(try client.version("snapshot") == 6)
    }

    @Test("two signatures of one key are no file, whatever else signed it") func duplicateSignature() async throws {
        let (repository, _, signers) = try await twoOfThree()
        let signed = try TUFSigned(signing: repository.snapshot, by: signers)
        var file = try #require(OLPCJSON(parsing: signed.envelope.bytes).objectValue)
        let list = try #require(file["signatures"]?.arrayValue)
        file["signatures"] = .array(list + [list[0]])
        let bytes = try OLPCJSON.object(file).json()
        #expect(await refusal { try TUFSigned<TUFSnapshot>(parsing: bytes) } == .metadataInvalid)
    }

    @Test("one key under two ids counts once") func sameKeyTwice() async throws {
        var (repository, client, signers) = try await twoOfThree()
        let plain = signers[0].key
        var members = try #require(plain.json.objectValue)
        members["note"] = "the same key, another id"
        let disguised = try TUFKey(.object(members), what: "test")
        #expect(disguised.id != plain.id && disguised.verifier == plain.verifier)
        repository.root.set([plain, disguised, signers[1].key], threshold: 2, for: .snapshot)
        try repository.publish("root")
        try await client.refresh(from: repository)
        let signed = try TUFSigned(signing: repository.snapshot, by: [signers[0], Disguised(key: disguised, signer: signers[0])])
        let keyring = repository.root.keyring(of: .snapshot)
        #expect(await refusal { try keyring.check(signed.envelope, name: "snapshot") } == .metadataUnsigned)
        // Both ids are good ones: with another key beside either, it is enough.
        for signer in [signers[0], Disguised(key: disguised, signer: signers[0])] as [any TUFSigning] {
            try keyring.check(TUFSigned(signing: repository.snapshot, by: [signer, signers[1]]).envelope, name: "snapshot")
        }
    }

    @Test("a key listed twice for a role makes the root none") func listedTwice() async throws {
        let (repository, client, signers) = try await twoOfThree()
        var signed = try #require(repository.root.json.objectValue)
        signed["version"] = .integer(3)
        var roles = try #require(signed["roles"]?.objectValue)
        roles["snapshot"] = .object(["keyids": .array([.string(signers[0].key.id), .string(signers[0].key.id)]), "threshold": .integer(2)])
        signed["roles"] = .object(roles)
        var next = repository
        next.files["3.root.json"] = try TUFEnvelope(signing: .object(signed), by: repository.signers["root"] ?? [], what: "root").bytes
        #expect(await refusal { try await client.refresh(from: next) } == .metadataInvalid)
    }

    @Test("a key whose id is not its hash does not count") func wrongID() async throws {
        let (repository, _, signers) = try await twoOfThree()
        let role = TUFRoleKeys([signers[0].key, signers[1].key], threshold: 2)
        let envelope = try TUFSigned(signing: repository.snapshot, by: signers).envelope
        let good = [signers[0].key.id: signers[0].key, signers[1].key.id: signers[1].key]
        try TUFKeyring(role, keys: good).check(envelope, name: "snapshot")
        let swapped = [signers[0].key.id: signers[1].key, signers[1].key.id: signers[0].key]
        #expect(await refusal { try TUFKeyring(role, keys: swapped).check(envelope, name: "snapshot") } == .metadataUnsigned)
    }

    @Test("invalid signatures beside valid ones do no harm", arguments: ["", "zz", "00", String(repeating: "ab", count: 64)])
    func invalidBeside(signature: String) async throws {
        let (repository, client, signers) = try await twoOfThree()
        let signed = try TUFSigned(signing: repository.snapshot, by: signers)
        var file = try #require(OLPCJSON(parsing: signed.envelope.bytes).objectValue)
        var list = try #require(file["signatures"]?.arrayValue)
        list[1] = .object(["keyid": .string(signers[1].key.id), "sig": .string(signature)])
        file["signatures"] = .array(list)
        let envelope = try TUFEnvelope(parsing: OLPCJSON.object(file).json(), what: "snapshot")
        try repository.root.keyring(of: .snapshot).check(envelope, name: "snapshot")
        list.removeLast()
        file["signatures"] = .array(list)
        let fewer = try TUFEnvelope(parsing: OLPCJSON.object(file).json(), what: "snapshot")
        #expect(await refusal { try repository.root.keyring(of: .snapshot).check(fewer, name: "snapshot") } == .metadataUnsigned)
        _ = client
    }

    @Test("a threshold beyond the number of keys is never met") func impossible() async throws {
        var (repository, client, signers) = try await twoOfThree()
        repository.setKeys(signers, threshold: 4, for: .snapshot)
        try repository.publish("root", "snapshot", "timestamp")
        #expect(await refusal { try await client.refresh(from: repository) } == .metadataUnsigned)
    }

    private struct Disguised: TUFSigning {
        let key: TUFKey
        let signer: TUFEd25519Signer
        func sign(_ message: [UInt8]) throws -> [UInt8] { try signer.sign(message) }
    }
}
