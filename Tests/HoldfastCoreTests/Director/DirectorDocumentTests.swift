import HoldfastCore
import HoldfastCrypto
import Testing

@Suite struct DirectorDocumentTests {
    private let signer: TUFEd25519Signer
    private let root: TUFRoot

    init() throws {
        signer = TUFEd25519Signer(try Ed25519PrivateKey())
        var root = TUFRoot(
            expires: TUFTime(seconds: 4_000_000_000),
            roles: [.root: ([signer.key], 1), .targets: ([], 1), .snapshot: ([], 1), .timestamp: ([], 1)])
        root.setDirectorKeys([signer.key])
        self.root = root
    }

    private func document() throws -> DirectorDocument {
        var document = try DirectorDocument(
            node: "gw-1", version: 3, expires: TUFTime(seconds: 2_000_000_000),
            models: [
                DirectedModel(name: "acme/router", version: "1.4.0", device: "cpu", pinned: true),
                DirectedModel(name: "tiny", version: nil),
            ])
        document.windows = .init(download: "22:00-05:00", activate: "03:00")
        document.localOverride = true
        return document
    }

    @Test
    func `What was signed is read as it was`() throws {
        let bytes = try document().signed(by: [signer])
        #expect(try DirectorDocument(verifying: bytes, for: "gw-1", by: root) == document())
    }

    @Test
    func `Another node's, another key's, and a changed one are refused`() throws {
        let bytes = try document().signed(by: [signer])
        #expect(throws: HoldfastError.self) { try DirectorDocument(verifying: bytes, for: "gw-2", by: root) }
        let stranger = TUFEd25519Signer(try Ed25519PrivateKey())
        let foreign = try document().signed(by: [stranger])
        #expect(throws: HoldfastError.self) { try DirectorDocument(verifying: foreign, for: "gw-1", by: root) }
        let changed = Array(String(decoding: bytes, as: UTF8.self).replacing("1.4.0", with: "1.4.1").utf8)
        let error = try #require(throws: HoldfastError.self) { try DirectorDocument(verifying: changed, for: "gw-1", by: root) }
        #expect(error.code == .metadataUnsigned)
        var without = root
        without.header.other = [:]
        #expect(throws: HoldfastError.self) { try DirectorDocument(verifying: bytes, for: "gw-1", by: without) }
    }

    @Test(arguments: ["", "-a", "A", "a/b", "../a", "a b", ".a", String(repeating: "a", count: 64)])
    func `What is no node's name is refused`(name: String) {
        #expect(throws: HoldfastError.self) { try DirectorDocument(node: name, expires: TUFTime(seconds: 1), models: []) }
    }

    @Test
    func `Windows are times of day`() {
        for text in ["22:00-05:00", "03:00"] { #expect(DirectorDocument.isWindow(text)) }
        for text in ["", "24:00", "3:00", "22:60", "22:00-", "22:00-05:00-06:00", "ab:cd"] { #expect(!DirectorDocument.isWindow(text)) }
    }

    @Test
    func `The keys survive a round through the root's own form`() throws {
        let bytes = try TUFRepository(root: root, signers: [signer]).files["1.root.json"] ?? []
        #expect(try TUFRepository(trusting: bytes).root.directorKeys == [signer.key])
    }
}
