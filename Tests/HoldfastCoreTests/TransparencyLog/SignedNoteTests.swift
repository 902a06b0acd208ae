import HoldfastCore
import HoldfastCrypto
import Testing

@Suite("Signed notes")
struct SignedNoteTests {
    // c2sp.org/signed-note, "Example", and the package documentation of golang.org/x/mod/sumdb/note.
    static let published = [
        (
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
        ),
        (
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        ),
    ]

    @Test("published notes verify under their published keys and come back byte for byte", arguments: published)
    func verifyPublished(key: String, text: String) throws {
        let verifier = try NoteVerifierKey(parsing: key)
        #expect(verifier.text == key)
        let note = try SignedNote(parsing: text.utf8)
        #expect(try note.verify(keys: [verifier]) == [verifier])
        #expect(note.encoded == text)
    }

    static func signer(_ name: String, _ seed: UInt8) throws -> NoteSigner {
        try NoteSigner(name: name, privateKey: Ed25519PrivateKey(seed: [UInt8](repeating: seed, count: 32)))
    }

    @Test("the text may have empty lines: the last one parts it from the signatures")
    func emptyLines() throws {
        let signer = try Self.signer("a", 1)
        for text in ["\n", "\n\n", "one\n\ntwo\n\n\n", "ed è subito sera.\n"] {
            let note = try SignedNote(parsing: SignedNote(text: text, signers: [signer]).encoded.utf8)
            #expect(note.text == text)
            #expect(try note.verify(keys: [signer.verifierKey]).count == 1)
        }
    }

    @Test("keys that are not known are passed over; a known key must hold; one known key must have signed")
    func whoSigned() throws {
        let (first, second, stranger) = (try Self.signer("log", 1), try Self.signer("witness", 2), try Self.signer("log", 3))
        let keys = [first.verifierKey, second.verifierKey]
        let note = try SignedNote(text: "text\n", signers: [stranger, second, first])
        #expect(try note.verify(keys: keys) == keys)
        #expect(try note.verify(keys: [second.verifierKey]) == [second.verifierKey])
        #expect(throws: HoldfastError.self) { try SignedNote(text: "text\n", signers: [stranger]).verify(keys: keys) }
        #expect(throws: HoldfastError.self) { try note.verify(keys: []) }

        let other = try SignedNote(text: "other\n", signers: [second])
        let mixed = try SignedNote(text: "text\n", signers: [first]).adding(other.signatures)
        #expect(throws: HoldfastError.self) { try mixed.verify(keys: keys) }
        #expect(try mixed.verify(keys: [first.verifierKey]) == [first.verifierKey])
        // The name alone, or the key ID alone, does not make a key known.
        let line = other.signatures[0]
        let renamed = SignedNote.Signature(name: "witness2", keyID: line.keyID, bytes: line.bytes)
        let renumbered = SignedNote.Signature(name: "witness", keyID: line.keyID ^ 1, bytes: line.bytes)
        let unknown = try SignedNote(text: "text\n", signers: [first]).adding([renamed, renumbered])
        #expect(try unknown.verify(keys: keys) == [first.verifierKey])
    }

    @Test("a changed byte anywhere is never taken for the same note")
    func changes() throws {
        let signer = try Self.signer("log", 1)
        let original = Array(try SignedNote(text: "origin\n12\n", signers: [signer]).encoded.utf8)
        for place in original.indices {
            for bit in 0..<8 {
                var changed = original
                changed[place] ^= 1 << UInt8(bit)
                #expect(throws: HoldfastError.self, "byte \(place), bit \(bit)") {
                    try SignedNote(parsing: changed).verify(keys: [signer.verifierKey])
                }
            }
        }
    }

    @Test("16 signatures and more are taken, a flood is not")
    func manySignatures() throws {
        let signers = try (1...64).map { try Self.signer("key\($0)", UInt8($0)) }
        for count in [16, 64] {
            let note = try SignedNote(parsing: SignedNote(text: "t\n", signers: Array(signers.prefix(count))).encoded.utf8)
            #expect(try note.verify(keys: signers.map(\.verifierKey)).count == count)
        }
        let note = try SignedNote(text: "t\n", signers: signers)
        #expect(throws: HoldfastError.self) { try note.adding([note.signatures[0]]) }
        let line = note.encoded.split(separator: "\n").last!
        #expect(throws: HoldfastError.self) { try SignedNote(parsing: (note.encoded + line + "\n").utf8) }
        #expect(throws: HoldfastError.self) {
            try SignedNote(parsing: String(repeating: "x", count: SignedNote.maximumByteCount).utf8)
        }
    }

    @Test(
        "malformed notes are refused",
        arguments: [
            "", "\n", "\n\n", "text\n", "text\n\n", "text\n— a AAAAAAA=\n", "text\n\n— a AAAAAAA=", "text\n\n— a AAAAAAA=\n\n",
            "text\n\n— a AAAAAAA=\n\nmore", "text\n\n- a AAAAAAA=\n", "text\n\n—a AAAAAAA=\n", "text\n\n—  AAAAAAA=\n",
            "text\n\n— a  AAAAAAA=\n",
            "text\n\n— a AAAAAAA= \n", "text\n\n— a b AAAAAAA=\n", "text\n\n— a+b AAAAAAA=\n", "text\n\n— a\u{a0}b AAAAAAA=\n",
            "text\n\n— a\u{2003}b AAAAAAA=\n", "text\n\n— a AAAAAA==\n", "text\n\n— a AAAAAAA\n", "text\n\n— a AAAAAAB=\n",
            "text\n\n— a AAAA AAA=\n",
            "text\n\n— a AAAA=AAA\n", "text\n\n— a AAAAA===\n", "text\n\n— a AAAA-_A=\n", "text\n\n— a \n", "text\n\n— a\n",
            "te\txt\n\n— a AAAAAAA=\n",
            "te\0xt\n\n— a AAAAAAA=\n", "text\r\n\n— a AAAAAAA=\n", "text\n\n— a AAAAAAA=\r\n",
        ])
    func malformed(text: String) {
        #expect(throws: HoldfastError.self) { try SignedNote(parsing: text.utf8) }
    }

    @Test("the shortest well-formed note is read")
    func shortest() throws {
        let note = try SignedNote(parsing: "text\n\n— a AAAAAAA=\n".utf8)
        #expect(note.signatures == [SignedNote.Signature(name: "a", keyID: 0, bytes: [0])])
    }

    @Test("bytes that are not UTF-8 are refused")
    func notUTF8() {
        #expect(throws: HoldfastError.self) { try SignedNote(parsing: [0xff] + Array("text\n\n— a AAAAAAA=\n".utf8)) }
    }

    @Test("a text that cannot be carried is not signed", arguments: ["", "text", "a\tb\n", "a\r\n"])
    func unsignable(text: String) throws {
        let signer = try Self.signer("a", 1)
        #expect(throws: HoldfastError.self) { try SignedNote(text: text, signers: [signer]) }
        #expect(throws: HoldfastError.self) { try SignedNote(text: "text\n", signers: []) }
    }
}
