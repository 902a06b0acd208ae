import Foundation
import HoldfastCrypto
import Testing

@Suite("AES-256-GCM")
struct AES256GCMTests {
    struct Vector: Decodable, Sendable, CustomStringConvertible {
        let tcId: Int
        let comment, key, iv, aad, msg, ct, tag, result: String
        var description: String { "case \(tcId): \(comment)" }
    }

    /// Wycheproof's cases of this size of key, nonce and tag.
    static let wycheproof: [Vector] = {
        struct File: Decodable { let tests: [Vector] }
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/wycheproof-aes-256-gcm.json")
        guard let data = try? Data(contentsOf: path) else { return [] }
        return (try? JSONDecoder().decode(File.self, from: data).tests) ?? []
    }()

    /// McGrew and Viega, "The Galois/Counter Mode of Operation", which NIST's SP 800-38D refers to: cases 13 to 16.
    static let nist: [Vector] = {
        let key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
        let text =
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
        let cipher =
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
        func vector(_ id: Int, _ key: String, _ iv: String, _ aad: String, _ msg: String, _ ct: String, _ tag: String) -> Vector {
            Vector(tcId: id, comment: "SP 800-38D", key: key, iv: iv, aad: aad, msg: msg, ct: ct, tag: tag, result: "valid")
        }
        let zeros = String(repeating: "0", count: 64)
        let zeroNonce = String(repeating: "0", count: 24)
        return [
            vector(13, zeros, zeroNonce, "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
            vector(
                14, zeros, zeroNonce, "", String(repeating: "0", count: 32), "cea7403d4d606b6e074ec5d3baf39d18",
                "d0d1c8a799996bf0265b98b5d48ab919"),
            vector(15, key, "cafebabefacedbaddecaf888", "", text, cipher, "b094dac5d93471bdec1a502270e3cc6c"),
            vector(
                16, key, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2", String(text.dropLast(8)),
                String(cipher.dropLast(8)), "76fc6ece0f4e1768cddf8853bb2d551b"),
        ]
    }()

    @Test("the vectors are there") func vectorsAreThere() {
        #expect(Self.wycheproof.count == 66 && Self.wycheproof.contains { $0.result == "invalid" })
    }

    @Test("agrees with NIST's cases and Wycheproof's", arguments: nist + wycheproof)
    func vectors(vector: Vector) throws {
        let cipher = try AES256GCM(key: bytes(vector.key))
        let sealed = bytes(vector.ct) + bytes(vector.tag)
        let opened = try cipher.open(sealed, nonce: bytes(vector.iv), additionalData: bytes(vector.aad))
        if vector.result == "valid" {
            #expect(opened == bytes(vector.msg))
            #expect(try cipher.seal(bytes(vector.msg), nonce: bytes(vector.iv), additionalData: bytes(vector.aad)) == sealed)
        } else {
            #expect(opened == nil)
        }
    }

    @Test("one changed bit anywhere, another nonce, other data or another key, and nothing comes out")
    func changes() throws {
        let cipher = try AES256GCM(key: [UInt8](repeating: 7, count: 32))
        let nonce = [UInt8](repeating: 1, count: 12)
        let sealed = try cipher.seal(Array("the keel is laid".utf8), nonce: nonce, additionalData: [1, 2])
        for bit in 0..<sealed.count * 8 {
            var changed = sealed
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(try cipher.open(changed, nonce: nonce, additionalData: [1, 2]) == nil)
        }
        #expect(try cipher.open(sealed, nonce: [UInt8](repeating: 2, count: 12), additionalData: [1, 2]) == nil)
        #expect(try cipher.open(sealed, nonce: nonce, additionalData: [1, 2, 3]) == nil)
        #expect(try cipher.open(sealed, nonce: nonce) == nil)
        #expect(try cipher.open(Array(sealed.dropLast()), nonce: nonce, additionalData: [1, 2]) == nil)
        #expect(try cipher.open([], nonce: nonce, additionalData: [1, 2]) == nil)
        #expect(try AES256GCM(key: [UInt8](repeating: 8, count: 32)).open(sealed, nonce: nonce, additionalData: [1, 2]) == nil)
    }

    @Test("what did not authenticate is not left in the caller's memory")
    func nothingIsLeft() throws {
        let cipher = try AES256GCM(key: [UInt8](repeating: 7, count: 32))
        let nonce = [UInt8](repeating: 1, count: 12)
        var sealed = try cipher.seal([UInt8](repeating: 0x55, count: 64), nonce: nonce)
        sealed[79] ^= 1
        var plaintext = [UInt8](repeating: 0xaa, count: 64)
        let isAuthentic = try sealed.withUnsafeBytes { source in
            try plaintext.withUnsafeMutableBytes { try cipher.open(source, nonce: nonce, additionalData: [], into: $0) }
        }
        #expect(!isAuthentic && plaintext == [UInt8](repeating: 0, count: 64))
    }

    @Test("keys and nonces of another length are refused")
    func lengths() throws {
        #expect(throws: CryptoError.self) { try AES256GCM(key: [1, 2, 3]) }
        let cipher = try AES256GCM(key: [UInt8](repeating: 7, count: 32))
        #expect(throws: CryptoError.self) { try cipher.seal([1], nonce: [1]) }
        #expect(throws: CryptoError.self) { try cipher.open([UInt8](repeating: 0, count: 20), nonce: [1]) }
    }
}
