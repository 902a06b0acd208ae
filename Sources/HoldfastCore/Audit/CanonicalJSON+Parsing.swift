extension CanonicalJSON {
    /// Reads JSON strictly: no duplicate member names, fractions, exponents, integers outside ``integerRange``, invalid UTF-8, lone
    /// surrogates, more than ``maximumDepth`` levels, or bytes after the value.
    /// - Parameter requireCanonical: also refuse bytes that ``serialized()`` would not write: white space, another order, another escape, `-0`.
    /// - Throws: ``HoldfastError`` `audit_broken`, with the byte offset.
    public init(parsing bytes: some Collection<UInt8>, requireCanonical: Bool) throws {
        let bytes = Array(bytes)
        try self.init(strictly: bytes)
        if requireCanonical, try serialized() != bytes {
            throw HoldfastError.malformed("canonical JSON", "it is JSON, but not in canonical form")
        }
    }
}

extension CanonicalJSON: StrictJSONValue {
    static var noMembers: [String: CanonicalJSON] { [:] }

    static func add(_ value: CanonicalJSON, named name: String, to members: inout [String: CanonicalJSON]) -> Bool {
        members.updateValue(value, forKey: name) == nil
    }

    static func number(_ text: Slice<UnsafeBufferPointer<UInt8>>, isInteger: Bool) throws(NumberRefusal) -> CanonicalJSON {
        let isNegative = text.first == UInt8(ascii: "-")
        var magnitude: Int64 = 0
        for digit in text.dropFirst(isNegative ? 1 : 0) {
            guard isInteger else { throw NumberRefusal(why: "a number is not an integer") }
            // Checked at each digit: below 2^53, ten times it and nine cannot overflow.
            magnitude = magnitude * 10 + Int64(digit - UInt8(ascii: "0"))
            guard integerRange.contains(magnitude) else { throw NumberRefusal(why: "an integer is beyond ±(2^53-1)") }
        }
        return .integer(isNegative ? -magnitude : magnitude)
    }

    static func malformed(_ problem: StrictJSONProblem) -> HoldfastError {
        .malformed("canonical JSON", "\(problem.why), at byte \(problem.offset)")
    }
}
