import Testing

@testable import HoldfastCrypto

/// Vectors: C2SP/CCTV, `age/testdata`. Its files are made with a file key and a keystream that are known, so ours must be the same to the byte.
@Suite struct AgeFileTests {
    /// Of AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0, which CCTV publishes.
    private static let recipient = "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef"
    private static let fileKey = Array("YELLOW SUBMARINE".utf8)
    /// ChaCha20 under the key "TEST RANDOMNESS TEST RANDOMNESS!", nonce 0.
    private static let keystream = bytes(
        "ac5d3f3706e55071d3a604204697b9091b35c6e687dd00da3ac379ac9f742c21eecf62c7ce91b433274e68d4f2f9134c"
            + "5b1de6e82e0e0cbdd323c877cf853d61dddf72d06fbcab57df3d0d312496ad2102545e6bf4c6061c893e8f29eccd2c0b"
            + "f0b818be0f355442399920ad8084964b")

    /// The file key, then the keystream from `skipping` on.
    private static func file(_ plaintext: String, to recipients: [AgeRecipient], skipping: Int = 0) throws -> [UInt8] {
        var rest = (fileKey + keystream.dropFirst(skipping))[...]
        return try AgeFile.encrypt(Array(plaintext.utf8), to: recipients) { (count: Int) throws(CryptoError) -> [UInt8] in
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
    }

    @Test(arguments: [
        ("age", "10eb4d4d006859f5034d75db70d43c3761795824f9cf9377edda42172e21211d"),  // x25519
        ("", "3145e2396062932b6e04d1c19e28dc3365658ce8d7fe73da536bbb5d42b0cbbb"),  // stream_empty_payload
    ]) func oneRecipient(_ plaintext: String, _ digest: String) throws {
        let file = try Self.file(plaintext, to: [AgeRecipient(parsing: Self.recipient)])
        #expect(SHA256.hash(file) == bytes(digest), "\(String(decoding: file.prefix(180), as: UTF8.self))")
    }

    /// The first recipient's private key is the keystream's beginning.
    @Test func severalRecipients() throws {
        let first = try X25519.publicKey(of: SecretBytes(copying: Self.keystream.prefix(32)))
        let recipients = [AgeRecipient(publicKey: first, text: ""), try AgeRecipient(parsing: Self.recipient)]
        let file = try Self.file("age", to: recipients, skipping: 32)
        // x25519_multiple_recipients
        #expect(SHA256.hash(file) == bytes("141a9e76dc197d076174c464afff14436c04e0920239555784fc60658b4c7b7e"))
    }

    @Test func nobody() { #expect(throws: CryptoError.self) { try AgeFile.encrypt([1], to: []) } }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 200_000]) func sizeIsKnownBeforehand(_ count: Int) throws {
        let recipient = try AgeRecipient(parsing: Self.recipient)
        for number in 1...3 {
            let file = try AgeFile.encrypt([UInt8](repeating: 7, count: count), to: Array(repeating: recipient, count: number))
            #expect(file.count <= count + AgeFile.overhead(of: count, recipients: number))
            #expect(file.count + 40 >= count + AgeFile.overhead(of: count, recipients: number))
        }
    }

    @Test func nothingIsTheSameTwice() throws {
        let recipient = try AgeRecipient(parsing: Self.recipient)
        #expect(try AgeFile.encrypt([1], to: [recipient]) != AgeFile.encrypt([1], to: [recipient]))
    }

    @Test(arguments: [
        "", "age1", "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryeg",
        "age1Xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef",
        "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0",
        "ssh-ed25519 AAAA", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef ",
    ]) func whatIsNoRecipient(_ text: String) {
        #expect(throws: CryptoError.self) { try AgeRecipient(parsing: text) }
    }

    @Test func upperCaseIsTheSameKey() throws {
        #expect(try AgeRecipient(parsing: Self.recipient.uppercased()) == AgeRecipient(parsing: Self.recipient))
    }
}
