/// JSON in the canonical form that TUF signs: OLPC's "Canonical JSON" (wiki.laptop.org/go/Canonical_JSON), as securesystemslib writes it.
///
/// It is not RFC 8785, which the audit trail uses: members are in the order of code points, and in a string only `"` and `\` are escaped.
/// Whatever a file says beyond the fields known here is kept, since the signature is over all of it (TUF §4).
///
/// Equality is Swift's, in which two spellings of one character are equal: a file with two such names in one object is refused.
public enum OLPCJSON: Hashable, Sendable {
    case object([String: OLPCJSON])
    case array([OLPCJSON])
    case string(String)
    /// An integer's digits: the form has no fractions, and sets no bound.
    case number(String)
    case bool(Bool)
    case null

    /// Objects and arrays within one another.
    public static let maximumDepth = 64
}

extension OLPCJSON {
    public static func integer(_ value: Int) -> OLPCJSON { .number(String(value)) }

    public var objectValue: [String: OLPCJSON]? { if case .object(let members) = self { members } else { nil } }
    public var arrayValue: [OLPCJSON]? { if case .array(let elements) = self { elements } else { nil } }
    public var stringValue: String? { if case .string(let text) = self { text } else { nil } }
    public var boolValue: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    /// Nil also for what does not fit 63 bits.
    public var integerValue: Int? { if case .number(let digits) = self { Int(digits) } else { nil } }
}

extension OLPCJSON: StrictJSONValue {
    /// Reads JSON strictly: no duplicate member names, fractions, exponents, invalid UTF-8, lone surrogates, more than ``maximumDepth``
    /// levels, or bytes after the value.
    /// - Throws: ``HoldfastError`` `metadata_invalid`, with the byte offset.
    public init(parsing bytes: some Collection<UInt8>) throws { try self.init(strictly: Array(bytes)) }

    static var noMembers: [String: OLPCJSON] { [:] }

    static func add(_ value: OLPCJSON, named name: String, to members: inout [String: OLPCJSON]) -> Bool {
        members.updateValue(value, forKey: name) == nil
    }

    static func number(_ text: Slice<UnsafeBufferPointer<UInt8>>, isInteger: Bool) throws(NumberRefusal) -> OLPCJSON {
        guard isInteger else { throw NumberRefusal(why: "a number is not an integer") }
        guard text.count <= 40 else { throw NumberRefusal(why: "a number is too large") }
        let digits = String(decoding: text, as: UTF8.self)
        return .number(digits == "-0" ? "0" : digits)
    }

    static func malformed(_ problem: StrictJSONProblem) -> HoldfastError {
        HoldfastError(.metadataInvalid, "This is no TUF metadata: \(problem.why), at byte \(problem.offset).")
    }
}

extension OLPCJSON: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
}
