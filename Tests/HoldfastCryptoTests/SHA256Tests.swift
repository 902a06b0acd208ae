import HoldfastCrypto
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    // FIPS 180-4 examples (NIST CSRC), and the empty message.
    @Test(
        "gives the published digests",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func vectors(message: String, digest: String) {
        #expect(SHA256.hash(message.utf8) == bytes(digest))
        #expect(Array(message.utf8).withUnsafeBytes { SHA256.hash($0) } == bytes(digest))
    }

    @Test("gives the same digest however the message is cut")
    func pieces() {
        let message = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let whole = SHA256.hash(message)
        for cut in 0...message.count {
            var hasher = SHA256Hasher()
            hasher.update(message[..<cut])
            hasher.update(message[cut...])
            #expect(hasher.finalize() == whole, "cut at \(cut)")
        }
    }

    @Test("a copy goes on by itself, and reading a digest does not end the hash")
    func copies() {
        var first = SHA256Hasher()
        first.update("a".utf8)
        var second = first
        second.update("x".utf8)
        #expect(first.finalize() == SHA256.hash("a".utf8))
        first.update("bc".utf8)
        #expect(first.finalize() == SHA256.hash("abc".utf8))
        #expect(second.finalize() == SHA256.hash("ax".utf8))
    }

    @Test("the form for Merkle nodes hashes prefix, first and second in this order")
    func prefixed() {
        var digest = [UInt8](repeating: 0, count: 32)
        let (left, right): ([UInt8], [UInt8]) = ([2, 3], [4])
        digest.withUnsafeMutableBytes { digest in
            left.withUnsafeBytes { left in right.withUnsafeBytes { SHA256.hash(prefix: 1, left, $0, into: digest) } }
        }
        #expect(digest == SHA256.hash([1, 2, 3, 4]))
    }

    @Test("a collection that is not one piece of memory is hashed all the same")
    func notContiguous() {
        #expect(SHA256.hash("abc".utf8.reversed()) == SHA256.hash("cba".utf8))
    }
}
