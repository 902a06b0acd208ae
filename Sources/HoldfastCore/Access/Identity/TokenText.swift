import HoldfastCrypto

/// The text of an access token: `hft_`, 43 characters of secret, 6 of checksum; 53 in all.
///
/// The secret is 256 random bits as a number in base 62 (`0-9A-Za-z`), most significant digit first, padded with `0`. The checksum is the
/// CRC-32 of ISO 3309 (as in gzip) over all that stands before it, in base 62 as well, padded to six digits. So every change of one
/// character, every exchange of two neighbours and nearly everything else that goes wrong in copying is told from a wrong token before
/// any look-up, and secret scanners have a pattern that does not misfire: `hft_[0-9A-Za-z]{49}`.
///
/// What is stored is SHA-256 over the text. Slow hashes are for passwords, which can be guessed; 256 random bits cannot.
public struct TokenText: Sendable, Hashable, CustomStringConvertible {
    public static let prefix = "hft_"
    static let secretDigits = 43
    static let checksumDigits = 6
    static let length = prefix.utf8.count + secretDigits + checksumDigits

    public enum Malformed: Error, Sendable {
        /// It does not begin as a token of ours does.
        case notAToken
        /// It begins as one, and its length, a character or its checksum is wrong.
        case mistyped
    }

    /// The whole secret: to be shown once, and never written down by the node.
    public let text: String

    /// Never the secret.
    public var description: String { "hft_…" }

    /// A new token.
    /// - Throws: ``HoldfastError`` `internal_error` when the system has no random bytes to give.
    public static func make() throws -> TokenText {
        do {
            return make(secret: try SecureRandom.bytes(32))
        } catch {
            throw HoldfastError(.internalError, "The node cannot make random bytes.", cause: error)
        }
    }

    /// - Parameter secret: 32 bytes.
    static func make(secret: [UInt8]) -> TokenText {
        let body = prefix + String(decoding: Base62.digits(secret, count: secretDigits), as: UTF8.self)
        return TokenText(text: body + checksum(Array(body.utf8)))
    }

    private init(text: String) { self.text = text }

    public init(parsing text: String) throws(Malformed) {
        guard text.hasPrefix(Self.prefix) else { throw .notAToken }
        let bytes = Array(text.utf8)
        guard bytes.count == Self.length, bytes.dropFirst(Self.prefix.utf8.count).allSatisfy(Base62.isDigit) else { throw .mistyped }
        let body = Array(bytes.dropLast(Self.checksumDigits))
        guard Array(Self.checksum(body).utf8) == Array(bytes.suffix(Self.checksumDigits)) else { throw .mistyped }
        self.text = text
    }

    /// SHA-256 of the text: what is stored and compared. 32 bytes.
    public var hash: [UInt8] { SHA256.hash(Array(text.utf8)) }

    private static func checksum(_ bytes: [UInt8]) -> String {
        let value = CRC32.checksum(bytes)
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
        return String(decoding: Base62.digits(bytes, count: checksumDigits), as: UTF8.self)
    }
}

enum Base62 {
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: false
        }
    }

    /// A big-endian number by long division. `count` digits must be enough for it: 43 for 256 bits, 6 for 32.
    static func digits(_ number: [UInt8], count: Int) -> [UInt8] {
        var number = number
        var digits = [UInt8](repeating: alphabet[0], count: count)
        for position in digits.indices.reversed() {
            var remainder = 0
            for index in number.indices {
                let value = remainder << 8 | Int(number[index])
                number[index] = UInt8(value / 62)
                remainder = value % 62
            }
            digits[position] = alphabet[remainder]
        }
        return digits
    }
}

/// CRC-32 of ISO 3309, reflected, as gzip and PNG have it. Finds every error burst of up to 32 bits.
enum CRC32 {
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var value: UInt32 = .max
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
        return ~value
    }
}
