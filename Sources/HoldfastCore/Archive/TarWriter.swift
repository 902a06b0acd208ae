/// What stands around members in a tar archive: `ustar`, with a pax record where a size does not fit.
public enum TarWriter {
    /// Two blocks of zeros.
    public static let end = [UInt8](repeating: 0, count: 1024)
    /// What 11 octal digits can say.
    private static let largestPlainSize: Int64 = 1 << 33 - 1

    /// The header of a file, mode 0644 or 0755, owned by root.
    /// - Parameters:
    ///   - path: at most 100 bytes.
    ///   - time: seconds since 1970.
    public static func header(_ path: String, size: Int64, time: Int64, isExecutable: Bool = false) -> [UInt8] {
        let plain = block(path, type: "0", size: min(size, largestPlainSize), time: time, mode: isExecutable ? 0o755 : 0o644)
        guard size > largestPlainSize else { return plain }
        let record = paxRecord("size", "\(size)")
        return block("pax", type: "x", size: Int64(record.count), time: time, mode: 0o644) + record + padding(after: Int64(record.count))
            + plain
    }

    /// Zeros up to the next block.
    public static func padding(after size: Int64) -> [UInt8] {
        [UInt8](repeating: 0, count: Int((512 - size % 512) % 512))
    }

    private static func block(_ path: String, type: Character, size: Int64, time: Int64, mode: Int64) -> [UInt8] {
        precondition(path.utf8.count <= 100, "a name of ours fits")
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ bytes: some Sequence<UInt8>, at offset: Int) {
            for (index, byte) in bytes.enumerated() { block[offset + index] = byte }
        }
        func number(_ value: Int64, digits: Int) -> String {
            let text = String(max(0, value), radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text.suffix(digits)
        }
        put(path.utf8, at: 0)
        put(number(mode, digits: 7).utf8, at: 100)
        put(number(0, digits: 7).utf8, at: 108)
        put(number(0, digits: 7).utf8, at: 116)
        put(number(size, digits: 11).utf8, at: 124)
        put(number(time, digits: 11).utf8, at: 136)
        put("        ".utf8, at: 148)
        put(String(type).utf8, at: 156)
        put("ustar\u{0}00".utf8, at: 257)
        put(number(block.reduce(0) { $0 + Int64($1) }, digits: 6).utf8 + [0, 0x20], at: 148)
        return block
    }

    /// The length counts its own digits.
    private static func paxRecord(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count
        while "\(length)".utf8.count + rest.utf8.count != length { length = "\(length)".utf8.count + rest.utf8.count }
        return Array("\(length)\(rest)".utf8)
    }
}
