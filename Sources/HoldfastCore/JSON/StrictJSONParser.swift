/// A kind of JSON value that ``StrictJSONParser`` can make.
protocol StrictJSONValue {
    associatedtype Members

    /// Objects and arrays within one another.
    static var maximumDepth: Int { get }
    static var noMembers: Members { get }
    static var null: Self { get }

    /// - Returns: false when there is a member of this name already.
    static func add(_ value: Self, named name: String, to members: inout Members) -> Bool
    static func object(_ members: Members) -> Self
    static func array(_ elements: [Self]) -> Self
    static func string(_ text: String) -> Self
    static func bool(_ flag: Bool) -> Self
    /// - Parameter text: as JSON's grammar wants it.
    /// - Parameter isInteger: it has neither fraction nor exponent.
    static func number(_ text: Slice<UnsafeBufferPointer<UInt8>>, isInteger: Bool) throws(NumberRefusal) -> Self
    static func malformed(_ problem: StrictJSONProblem) -> HoldfastError
}

/// What is wrong with a text that should be JSON, and where.
struct StrictJSONProblem: Error {
    var why: String
    var offset: Int
    /// `messages[0].content`; empty for the whole.
    var path = ""

    fileprivate func within(_ step: String) -> StrictJSONProblem {
        var problem = self
        problem.path = String(step.prefix(80)) + (path.isEmpty || path.hasPrefix("[") ? path : ".\(path)")
        return problem
    }
}

/// Why a number that JSON allows is none for a kind of value.
struct NumberRefusal: Error {
    let why: String
}

extension StrictJSONValue {
    /// Reads JSON strictly: no duplicate member names, invalid UTF-8, lone surrogates, more than ``maximumDepth`` levels, or bytes after the
    /// value; no number that ``number(_:isInteger:)`` refuses.
    init(strictly bytes: [UInt8]) throws {
        do {
            // Checked once for the whole, so that each string can be taken as it stands.
            guard String(validating: bytes, as: UTF8.self) != nil else { throw Self.notUTF8(bytes) }
            self = try Self(unchecked: bytes[...])
        } catch let problem as StrictJSONProblem {
            throw Self.malformed(problem)
        }
    }

    /// - Parameter bytes: UTF-8.
    private init(unchecked bytes: ArraySlice<UInt8>) throws {
        self = try bytes.withUnsafeBufferPointer { buffer in
            var parser = StrictJSONParser<Self>(bytes: buffer)
            return try parser.parse()
        }
    }

    private static func notUTF8(_ bytes: [UInt8]) -> StrictJSONProblem {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var offset = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { offset += UTF8.width(scalar) }
        var problem = StrictJSONProblem(why: "it is not UTF-8", offset: offset)
        // What comes before is; where that breaks off is the place.
        do { _ = try Self(unchecked: bytes[..<offset]) } catch let cut as StrictJSONProblem { problem.path = cut.path } catch {}
        return problem
    }
}

/// Recursive descent over valid UTF-8; the depth limit bounds the stack.
private struct StrictJSONParser<Value: StrictJSONValue> {
    let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func parse() throws -> Value {
        let value = try value(depth: 0)
        skipWhitespace()
        guard next == nil else { throw failure("there is more after the value") }
        return value
    }

    private mutating func value(depth: Int) throws -> Value {
        skipWhitespace()
        guard let byte = next else { throw failure("it ends where a value should be") }
        switch byte {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw failure("no value begins so")
        }
    }

    private mutating func object(depth: Int) throws -> Value.Members {
        try enter(depth)
        var members = Value.noMembers
        var last = ""
        if take(UInt8(ascii: "}")) { return members }
        repeat {
            skipWhitespace()
            guard next == UInt8(ascii: "\"") else { throw failure("a member has no name") }
            let key = try string()
            last = key
            guard take(UInt8(ascii: ":")) else { throw failure("a member's name has no ':' after it") }
            let value: Value
            do { value = try self.value(depth: depth) } catch let problem as StrictJSONProblem { throw problem.within(key) }
            guard Value.add(value, named: key, to: &members) else { throw failure("the member '\(key.prefix(40))' comes twice") }
        } while take(UInt8(ascii: ","))
        // What cannot stand here most often belongs to the value before.
        guard take(UInt8(ascii: "}")) else { throw failure("an object is not closed").within(last) }
        return members
    }

    private mutating func array(depth: Int) throws -> [Value] {
        try enter(depth)
        var elements: [Value] = []
        if take(UInt8(ascii: "]")) { return elements }
        repeat {
            do {
                elements.append(try value(depth: depth))
            } catch let problem as StrictJSONProblem {
                throw problem.within("[\(elements.count)]")
            }
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw failure("an array is not closed").within("[\(elements.count - 1)]") }
        return elements
    }

    private mutating func enter(_ depth: Int) throws {
        guard depth <= Value.maximumDepth else { throw failure("it is nested deeper than \(Value.maximumDepth) levels") }
        position += 1
    }

    private mutating func word(_ word: StaticString, _ value: Value) throws -> Value {
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[position...].starts(with: expected) else { throw failure("no value begins so") }
        position += expected.count
        return value
    }

    private mutating func number() throws -> Value {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        let first = position
        guard skipDigits() else { throw failure("a '-' has no digits after it") }
        guard bytes[first] != UInt8(ascii: "0") || position == first + 1 else { throw failure("a number begins with zero") }
        let wholePart = position
        if next == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() else { throw failure("a '.' has no digits after it") }
        }
        if let byte = next, byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() else { throw failure("an exponent has no digits") }
        }
        do {
            return try Value.number(bytes[start..<position], isInteger: position == wholePart)
        } catch {
            position = wholePart
            throw failure(error.why)
        }
    }

    /// - Returns: false when there is none.
    private mutating func skipDigits() -> Bool {
        let start = position
        while let digit = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) { position += 1 }
        return position > start
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

    private func failure(_ why: String) -> StrictJSONProblem { StrictJSONProblem(why: why, offset: position) }
}
