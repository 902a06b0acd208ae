extension CanonicalJSON {
    /// The canonical bytes: members sorted by the UTF-16 code units of their names, no white space, shortest escapes, UTF-8.
    /// - Throws: ``HoldfastError`` `audit_broken` for an integer outside ``integerRange`` or more than ``maximumDepth`` levels, so that
    ///   whatever was written can be read.
    public func serialized() throws -> [UInt8] {
        var writer = CanonicalJSONWriter()
        try writer.write(self, depth: 0)
        return writer.bytes
    }
}

private struct CanonicalJSONWriter {
    var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(1024) }

    mutating func write(_ value: CanonicalJSON, depth: Int) throws {
        switch value {
        case .object(let members): try write(members, depth: depth + 1)
        case .array(let elements): try write(elements, depth: depth + 1)
        case .string(let text): write(text)
        case .integer(let number):
            guard CanonicalJSON.integerRange.contains(number) else {
                throw HoldfastError.malformed("canonical JSON", "\(number) is beyond ±(2^53-1)")
            }
            write(number)
        case .bool(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        case .null: bytes.append(contentsOf: "null".utf8)
        }
    }

    private mutating func write(_ members: [String: CanonicalJSON], depth: Int) throws {
        try Self.check(depth)
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for member in CanonicalJSONMember.sorted(members) {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            write(member.key)
            bytes.append(UInt8(ascii: ":"))
            try write(member.value, depth: depth)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ elements: [CanonicalJSON], depth: Int) throws {
        try Self.check(depth)
        bytes.append(UInt8(ascii: "["))
        for (position, value) in elements.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            try write(value, depth: depth)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private static func check(_ depth: Int) throws {
        guard depth <= CanonicalJSON.maximumDepth else {
            throw HoldfastError.malformed("canonical JSON", "it is nested deeper than \(CanonicalJSON.maximumDepth) levels")
        }
    }

    private mutating func write(_ number: Int64) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = number.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }

    private mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            if utf8.allSatisfy({ !Self.needsEscape($0) }) {
                bytes.append(contentsOf: utf8)
            } else {
                for byte in utf8 { write(escaping: byte) }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    // RFC 8785 §3.2.2.2: the two-character escape where JSON has one, else \u00xx in lower case; nothing above U+001F is escaped but " and \.
    private mutating func write(escaping byte: UInt8) {
        guard Self.needsEscape(byte) else { return bytes.append(byte) }
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0a: bytes.append(UInt8(ascii: "n"))
        case 0x0c: bytes.append(UInt8(ascii: "f"))
        case 0x0d: bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default: bytes.append(contentsOf: "u00\(Hex.encode([byte]))".utf8)
        }
    }
}
