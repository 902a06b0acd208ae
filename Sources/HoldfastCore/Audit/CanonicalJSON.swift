/// JSON in the canonical form of RFC 8785 (JCS), restricted to integers: one value has exactly one sequence of bytes, so that it can be
/// hashed and signed.
///
/// Holdfast leaves JSON to a library everywhere else. The canonical form is written by hand because it is the product: an audit record *is*
/// these bytes, and the parser must refuse what a general one would let pass.
///
/// Equality is Swift's, in which two spellings of one character are equal; to compare records, compare bytes.
public enum CanonicalJSON: Hashable, Sendable {
    case object([String: CanonicalJSON])
    case array([CanonicalJSON])
    case string(String)
    /// Within ``integerRange``. Nanoseconds since 1970 are not; microseconds are.
    case integer(Int64)
    case bool(Bool)
    case null

    /// The integers every JSON reader keeps exact: ±(2^53 − 1), RFC 7493 §2.2.
    public static let integerRange: ClosedRange<Int64> = -9_007_199_254_740_991...9_007_199_254_740_991
    /// Objects and arrays within one another.
    public static let maximumDepth = 32
}

extension CanonicalJSON {
    /// The member of an object; nil for another kind of value.
    public subscript(key: String) -> CanonicalJSON? { objectValue?[key] }

    public var objectValue: [String: CanonicalJSON]? { if case .object(let members) = self { members } else { nil } }
    public var arrayValue: [CanonicalJSON]? { if case .array(let elements) = self { elements } else { nil } }
    public var stringValue: String? { if case .string(let text) = self { text } else { nil } }
    public var integerValue: Int64? { if case .integer(let number) = self { number } else { nil } }
    public var boolValue: Bool? { if case .bool(let flag) = self { flag } else { nil } }
}

extension CanonicalJSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(nilLiteral: ()) { self = .null }
}

extension CanonicalJSON: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    public init(arrayLiteral elements: CanonicalJSON...) { self = .array(elements) }

    /// A key written twice is a mistake in the program and stops it.
    public init(dictionaryLiteral elements: (String, CanonicalJSON)...) {
        self = .object(Dictionary(uniqueKeysWithValues: elements))
    }
}
