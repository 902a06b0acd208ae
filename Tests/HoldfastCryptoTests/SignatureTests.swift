import Foundation
import HoldfastCrypto
import Testing

@Suite("Signatures by PEM keys")
struct SignatureTests {
    struct Case: Sendable, CustomStringConvertible {
        let pem: String
        let test: Vector
        var description: String { "case \(test.tcId): \(test.comment)" }
    }

    struct Vector: Decodable, Sendable {
        let tcId: Int
        let comment, msg, sig, result: String
    }

    /// Wycheproof's `ecdsa_secp256r1_sha256_test` and `rsa_pss_2048_sha256_mgf1_32_test`.
    static let wycheproof: [String: [Case]] = {
        struct Group: Decodable { let pem: String, tests: [Vector] }
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/wycheproof-signatures.json")
        guard let data = try? Data(contentsOf: path), let groups = try? JSONDecoder().decode([String: [Group]].self, from: data) else {
            return [:]
        }
        return groups.mapValues { $0.flatMap { group in group.tests.map { Case(pem: group.pem, test: $0) } } }
    }()

    @Test("the vectors are there") func vectorsAreThere() {
        #expect(Self.wycheproof["ecdsa"]?.count == 484)
        #expect(Self.wycheproof["rsa-pss"]?.count == 108)
    }

    @Test("ECDSA agrees with Wycheproof's cases", arguments: wycheproof["ecdsa"] ?? [])
    func ecdsa(_ item: Case) throws {
        let key = try ECDSAP256PublicKey(pem: item.pem)
        #expect(key.isValid(signature: bytes(item.test.sig), for: bytes(item.test.msg)) == (item.test.result == "valid"))
    }

    /// Wycheproof fixes the salt at 32 bytes; we take any length, as securesystemslib does (padding.PSS.AUTO).
    @Test("RSA-PSS agrees with Wycheproof's cases, but for the length of the salt", arguments: wycheproof["rsa-pss"] ?? [])
    func rsaPSS(_ item: Case) throws {
        let key = try RSAPSSPublicKey(pem: item.pem)
        let isValid = item.test.result == "valid" || item.test.comment.hasPrefix("s_len changed to")
        #expect(key.isValid(signature: bytes(item.test.sig), for: bytes(item.test.msg)) == isValid)
    }

    @Test("a key of another kind is none") func kinds() throws {
        let ecdsa = try #require(Self.wycheproof["ecdsa"]?.first)
        let rsa = try #require(Self.wycheproof["rsa-pss"]?.first)
        #expect(throws: CryptoError.self) { try ECDSAP256PublicKey(pem: rsa.pem) }
        #expect(throws: CryptoError.self) { try RSAPSSPublicKey(pem: ecdsa.pem) }
        // P-384 and 1024 bits, made with openssl.
        #expect(throws: CryptoError.self) {
            try ECDSAP256PublicKey(
                pem: """
                    -----BEGIN PUBLIC KEY-----
                    MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE0svOZSqQgJoYtpSLNeK/CMmlNd8BX7WE
                    VrLon1Yv2z/CVPee4aIne1V+LWo4O05YFRmaYxpZlQ/G5t0/Ls5L4wPx8Lmw8AnD
                    fKuMbPJDcze88hQDuOvSXpCEv3Snef7Y
                    -----END PUBLIC KEY-----
                    """)
        }
        #expect(throws: CryptoError.self) {
            try RSAPSSPublicKey(
                pem: """
                    -----BEGIN PUBLIC KEY-----
                    MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDP8lrajb2IvZHQXitWriEdb8Md
                    lYA/Wg5Uj9fS7dIfIXy2ClFet+65oongNBvQ0v9Be3TsBIql2NrFw1cnfhktU1a5
                    OIBRcuN+DWjOS23J9gXXB45dJRuVQO8Zvl6N8jyeT2ipIKPX4yWrg526sx2ebFeV
                    bLqJMe4XgMzpUrOXBwIDAQAB
                    -----END PUBLIC KEY-----
                    """)
        }
    }

    @Test("PEM is read strictly, white space aside") func pem() throws {
        let pem = try #require(Self.wycheproof["ecdsa"]?.first).pem
        let key = try ECDSAP256PublicKey(pem: pem)
        #expect(try ECDSAP256PublicKey(pem: pem.split(separator: "\n").joined(separator: "\r\n") + "\r\n\r\n") == key)
        let body = pem.split(separator: "\n").dropFirst().dropLast().joined()
        #expect(try ECDSAP256PublicKey(pem: "-----BEGIN PUBLIC KEY-----\n\(body)\n-----END PUBLIC KEY-----") == key)
        let broken = [
            "", body, "before\n" + pem, pem + "after", pem + pem, pem.replacing("PUBLIC", with: "PRIVATE"), pem.replacing("\n", with: ""),
            "-----BEGIN PUBLIC KEY-----\n\(body.dropLast(4))\n-----END PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY-----\n\(body.dropLast(4))!!!!\n-----END PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY-----\n\(body)AAAA\n-----END PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY-----\n=\(body.dropFirst())\n-----END PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\n\(body)\n-----END PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY-----\n====\n-----END PUBLIC KEY-----",
        ]
        for text in broken {
            #expect(throws: CryptoError.self, "\(text)") { try ECDSAP256PublicKey(pem: text) }
        }
    }

    @Test("SHA-512 agrees with FIPS 180-4's examples, in pieces too") func sha512() {
        var hasher = SHA512Hasher()
        for byte in "abc".utf8 { hasher.update([byte]) }
        let abc =
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        #expect(hasher.finalize() == bytes(abc))
        #expect(hasher.finalize() == bytes(abc))
        let empty =
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
        #expect(SHA512Hasher().finalize() == bytes(empty))
    }
}
