import HoldfastCrypto
import HoldfastTestSupport
import Testing

@testable import HoldfastCore

@Suite("TUF: targets (§5.7)")
struct TUFTargetTests {
    private static let content = Array("what was published".utf8)

    private func outcome(_ bytes: [UInt8], length: Int? = nil, hashes: [String: OLPCJSON]) async -> HoldfastError.Code? {
        await refusal {
            let target = TUFTarget(path: "a", length: length ?? Self.content.count, hashes: try TUFHashes(hashes, what: "test"))
            var check = try TUFFileCheck(target)
            for byte in bytes { try check.update([byte]) }
            try check.finish()
        }
    }

    @Test("length and every known hash must fit") func check() async {
        let sha256 = OLPCJSON.string(Hex.encode(SHA256.hash(Self.content)))
        var hasher = SHA512Hasher()
        hasher.update(Self.content)
        let sha512 = OLPCJSON.string(Hex.encode(hasher.finalize()))
        let zeros = { (count: Int) in OLPCJSON.string(String(repeating: "0", count: count)) }
        for good in [["sha256": sha256], ["sha512": sha512], ["sha256": sha256, "sha512": sha512], ["sha256": sha256, "md4": "00"]] {
            #expect(await outcome(Self.content, hashes: good) == nil)
            #expect(await outcome(Self.content + [0], hashes: good) == .targetCorrupt)
            #expect(await outcome(Self.content.dropLast(), hashes: good) == .targetCorrupt)
            #expect(await outcome(Self.content.reversed(), hashes: good) == .targetCorrupt)
            #expect(await outcome(Self.content, length: Self.content.count - 1, hashes: good) == .targetCorrupt)
            #expect(await outcome(Self.content, length: Self.content.count + 1, hashes: good) == .targetCorrupt)
        }
        #expect(await outcome(Self.content, hashes: ["sha256": sha256, "sha512": zeros(128)]) == .targetCorrupt)
        #expect(await outcome(Self.content, hashes: ["sha256": zeros(64), "sha512": sha512]) == .targetCorrupt)
        #expect(await outcome(Self.content, hashes: ["md4": "00"]) == .targetCorrupt)
    }

    @Test("more bytes than there should be are noticed at once") func endless() throws {
        var check = try TUFFileCheck(TUFTarget(path: "a", length: 3, hashes: TUFHashes(of: [1, 2, 3])))
        try check.update([1, 2, 3])
        #expect(throws: HoldfastError.self) { try check.update([4]) }
    }

    @Test(
        "a digest that is none never becomes part of a path",
        arguments: ["../../../etc/passwd", "", "zz", String(repeating: "0", count: 63), String(repeating: "/", count: 64)])
    func digests(text: String) {
        #expect(throws: HoldfastError.self) { try TUFHashes(["sha256": .string(text)], what: "test") }
        #expect(throws: HoldfastError.self) { try TUFHashes(["sha512": .string(text)], what: "test") }
    }

    @Test("where a target lies: hash before the last step, percent-encoded") func location() throws {
        let hash = Hex.encode(SHA256.hash(Self.content))
        let target = { TUFTarget(path: $0, length: 1, hashes: TUFHashes(of: Self.content)) }
        #expect(try target("a").location(consistent: true) == "\(hash).a")
        #expect(try target("a/b/c").location(consistent: true) == "a/b/\(hash).c")
        #expect(try target("a/b/c").location(consistent: false) == "a/b/c")
        #expect(try target("a b/c?d#e%/model:1").location(consistent: false) == "a%20b/c%3Fd%23e%25/model%3A1")
    }

    @Test(
        "a path that leads elsewhere is none",
        arguments: [
            "", "/", "/etc/passwd", "..", "../a", "a/../../b", "a//b", "a/", "./a", "a/.", "a\u{0}b", "a\nb",
            String(repeating: "a", count: 1025),
        ])
    func traversal(path: String) async throws {
        let target = TUFTarget(path: path, length: 1, hashes: TUFHashes(of: []))
        #expect(throws: HoldfastError.self) { try target.location(consistent: true) }
        let repository = try SimulatedRepository()
        let client = try SimulatedClient(of: repository)
        #expect(await refusal { try await client.find(path, in: repository) } == .nameInvalid)
    }

    @Test("what the publisher says besides is kept") func custom() async throws {
        var repository = try SimulatedRepository()
        let custom: [String: OLPCJSON] = ["release_counter": .integer(7), "list": .array([.null, .bool(true)])]
        repository.targets["targets"]?.set(TUFTarget(path: "model", length: 0, hashes: TUFHashes(of: []), custom: custom))
        try repository.publish("targets", "snapshot", "timestamp")
        let found = try await SimulatedClient(of: repository).find("model", in: repository)
        #expect(found?.custom == custom)
    }
}
