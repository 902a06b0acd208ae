/// Bech32 (BIP 173) as age uses it: without the bound of 90 characters.
enum Bech32 {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]

    /// - Returns: nil for what is not Bech32, has another prefix or a wrong checksum.
    static func decode(_ text: String, prefix: String) -> [UInt8]? {
        let lower = text.lowercased()
        // One case throughout; ASCII only.
        guard text.utf8.allSatisfy({ (33...126).contains($0) }), text == lower || text == text.uppercased() else { return nil }
        let bytes = Array(lower.utf8)
        guard let separator = bytes.lastIndex(of: UInt8(ascii: "1")), bytes[..<separator].elementsEqual(prefix.utf8) else { return nil }
        var values: [UInt8] = []
        for byte in bytes[(separator + 1)...] {
            guard let value = alphabet.firstIndex(of: byte) else { return nil }
            values.append(UInt8(value))
        }
        guard values.count >= 6, checksum(prefix, values) == 1 else { return nil }
        return regroup(values.dropLast(6))
    }

    private static func checksum(_ prefix: String, _ values: [UInt8]) -> UInt32 {
        var sum: UInt32 = 1
        for value in prefix.utf8.map({ $0 >> 5 }) + [0] + prefix.utf8.map({ $0 & 31 }) + values {
            let top = sum >> 25
            sum = (sum & 0x1ff_ffff) << 5 ^ UInt32(value)
            for (bit, term) in generator.enumerated() where top >> UInt32(bit) & 1 == 1 { sum ^= term }
        }
        return sum
    }

    /// Fives of bits to eights; what is left over must be zeros, and fewer than five.
    private static func regroup(_ values: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (bits, count): (UInt32, UInt32) = (0, 0)
        for value in values {
            bits = bits << 5 | UInt32(value)
            count += 5
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
                bits &= (1 << count) - 1
            }
        }
        return count < 5 && bits == 0 ? bytes : nil
    }
}
