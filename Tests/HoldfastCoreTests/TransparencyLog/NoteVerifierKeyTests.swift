import HoldfastCore
import HoldfastCrypto
import Testing

@Suite("Verifier keys")
struct NoteVerifierKeyTests {
    @Test("keys in public use are read, also with '+' in their base 64")
    func published() throws {
        let text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
        let key = try NoteVerifierKey(parsing: text)
        #expect(key.name == "sum.golang.org")
        #expect(key.keyID == 0x033d_e0ae)
        #expect(key.text == text)
    }

    @Test(
        "other forms are refused",
        arguments: [
            "", "example.com/foo", "example.com/foo+530d903a", "example.com/foo+530d903a+",
            "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+30d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/fo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2l",
            "example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U0=",
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
            "example.com /foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        ])
    func malformed(text: String) {
        #expect(throws: HoldfastError.self) { try NoteVerifierKey(parsing: text) }
    }

    @Test("names a note could not carry make no key", arguments: ["", "a b", "a+b", "a\nb", "a\u{3000}b", "a\u{1}b"])
    func names(name: String) throws {
        let key = try Ed25519PrivateKey()
        #expect(throws: HoldfastError.self) { try NoteSigner(name: name, privateKey: key) }
    }

    @Test("two spellings of one character are two names")
    func spellings() throws {
        let key = try Ed25519PrivateKey()
        let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}")
        let signer = try NoteSigner(name: composed, privateKey: key)
        let other = try NoteVerifierKey(name: decomposed, publicKey: key.publicKey)
        #expect(signer.verifierKey != other)
        #expect(throws: HoldfastError.self) { try SignedNote(text: "t\n", signers: [signer]).verify(keys: [other]) }
    }
}
