extension CanonicalJSON {
    /// Reads JSON strictly: no duplicate member names, fractions, exponents, integers outside ``integerRange``, invalid UTF-8, lone
    /// surrogates, more than ``maximumDepth`` levels, or bytes after the value.
    /// - Parameter requireCanonical: also refuse bytes that ``serialized()`` would not write: white space, another order, another escape, `-0`.
    /// - Throws: ``HoldfastError`` `audit_broken`, with the byte offset.
    public init(parsing bytes: some Collection<UInt8>, requireCanonical: Bool) throws {
        let bytes = Array(bytes)
        // Checked once for the whole, so that each string can be taken as it stands.
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw HoldfastError.malformed("canonical JSON", "it is not UTF-8")
        }
        self = try bytes.withUnsafeBufferPointer { buffer in
            var parser = CanonicalJSONParser(bytes: buffer)
            return try parser.parse()
        }
        if requireCanonical, try serialized() != bytes {
            throw HoldfastError.malformed("canonical JSON", "it is JSON, but not in canonical form")
        }
    }
}

/// Recursive descent over valid UTF-8; the depth limit bounds the stack.
private struct CanonicalJSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func parse() throws -> CanonicalJSON {
        let value = try value(depth: 0)
        skipWhitespace()
        guard next == nil else { throw failure("there is more after the value") }
        return value
    }

    private mutating func value(depth: Int) throws -> CanonicalJSON {
        skipWhitespace()
        guard let byte = next else { throw failure("it ends where a value should be") }
        switch byte {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .integer(try integer())
        default: throw failure("no value begins so")
        }
    }

    private mutating func object(depth: Int) throws -> [String: CanonicalJSON] {
        try enter(depth)
        var members: [String: CanonicalJSON] = [:]
        if take(UInt8(ascii: "}")) { return members }
        repeat {
            skipWhitespace()
            guard next == UInt8(ascii: "\"") else { throw failure("a member has no name") }
            let key = try string()
            guard take(UInt8(ascii: ":")) else { throw failure("a member's name has no ':' after it") }
            let value = try value(depth: depth)
            guard members.updateValue(value, forKey: key) == nil else { throw failure("the member '\(key.prefix(40))' comes twice") }
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw failure("an object is not closed") }
        return members
    }

    private mutating func array(depth: Int) throws -> [CanonicalJSON] {
        try enter(depth)
        var elements: [CanonicalJSON] = []
        if take(UInt8(ascii: "]")) { return elements }
        repeat {
            elements.append(try value(depth: depth))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw failure("an array is not closed") }
        return elements
    }

    private mutating func enter(_ depth: Int) throws {
        guard depth <= CanonicalJSON.maximumDepth else { throw failure("it is nested deeper than \(CanonicalJSON.maximumDepth) levels") }
        position += 1
    }

    private mutating func word(_ word: StaticString, _ value: CanonicalJSON) throws -> CanonicalJSON {
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[position...].starts(with: expected) else { throw failure("no value begins so") }
        position += expected.count
        return value
    }

    private mutating func integer() throws -> Int64 {
        let isNegative = next == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let start = position
        var magnitude: Int64 = 0
        while let digit = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) {
            // Checked at each digit: below 2^53, ten times it and nine cannot overflow.
            magnitude = magnitude * 10 + Int64(digit - UInt8(ascii: "0"))
            guard CanonicalJSON.integerRange.contains(magnitude) else { throw failure("an integer is beyond ±(2^53-1)") }
            position += 1
        }
        guard position > start else { throw failure("a '-' has no digits after it") }
        guard bytes[start] != UInt8(ascii: "0") || position == start + 1 else { throw failure("a number begins with zero") }
        if let after = next, after == UInt8(ascii: ".") || after | 0x20 == UInt8(ascii: "e") {
            throw failure("a number is not an integer")
        }
        return isNegative ? -magnitude : magnitude
    }

    private mutating func string() throws -> String {
        position += 1
        let start = position
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                defer { position += 1 }
                return String(decoding: bytes[start..<position], as: UTF8.self)
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw failure("a string has a control character that is not escaped")
            default: position += 1
            }
        }
        throw failure("a string is not closed")
    }

    // The rest of a string in which `position` is at the first backslash.
    private mutating func escapedString(from start: Int) throws -> String {
        var text = Array(bytes[start..<position])
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(contentsOf: String(Character(try escape())).utf8)
            case 0..<0x20: throw failure("a string has a control character that is not escaped")
            default: text.append(byte)
            }
        }
        throw failure("a string is not closed")
    }

    private mutating func escape() throws -> Unicode.Scalar {
        guard let byte = next else { throw failure("a string is not closed") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw failure("there is no such escape")
        }
    }

    private mutating func unicodeEscape() throws -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // Only surrogates come here: a high one, and a low one in an escape right behind it.
        guard first < 0xdc00, next == UInt8(ascii: "\\") else { throw failure("a surrogate stands alone") }
        position += 1
        guard next == UInt8(ascii: "u") else { throw failure("a surrogate stands alone") }
        position += 1
        let second = try fourDigits()
        guard (0xdc00...0xdfff).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xd800) << 10 + (UInt32(second) - 0xdc00))
        else { throw failure("a surrogate stands alone") }
        return scalar
    }

    private mutating func fourDigits() throws -> UInt16 {
        guard bytes.count - position >= 4,
            let digits = Hex.decode(String(decoding: bytes[position..<position + 4], as: UTF8.self))
        else { throw failure("a \\u has no four hexadecimal digits after it") }
        position += 4
        return digits.reduce(0) { $0 << 8 | UInt16($1) }
    }

    private mutating func skipWhitespace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipWhitespace()
        guard next == byte else { return false }
        position += 1
        return true
    }

    private func failure(_ why: String) -> HoldfastError { .malformed("canonical JSON", "\(why), at byte \(position)") }
}
