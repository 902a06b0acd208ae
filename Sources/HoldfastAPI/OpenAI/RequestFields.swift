import HoldfastCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads a request's known fields one by one, so that what is wrong is answered with the field's own name. Unknown fields are ignored.
struct RequestFields {
    struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let container: KeyedDecodingContainer<Key>
    private let body: Data?
    private let parents: [any CodingKey]

    init(_ decoder: any Decoder) throws {
        container = try decoder.container(keyedBy: Key.self)
        body = RequestDecoding.body(of: decoder)
        parents = decoder.codingPath
    }

    /// A field's whole name in the request: `messages[0].role`.
    func place(_ name: String) -> String { RequestDecoding.path(parents + [Key(stringValue: name)]) ?? name }

    /// A field of the request itself, its members in the order in which the client wrote them, which a decoder forgets.
    func ordered(_ name: String) throws -> OrderedJSON {
        try OrderedJSON(parsing: body ?? Data())[name] ?? .null
    }

    /// The field's value; nil when it is absent or null.
    func optional<Value: Decodable>(_ name: String, as type: Value.Type = Value.self, expected: String) throws -> Value? {
        let key = Key(stringValue: name)
        guard container.contains(key), try !container.decodeNil(forKey: key) else { return nil }
        do {
            return try container.decode(Value.self, forKey: key)
        } catch let error as HoldfastError {
            throw error
        } catch {
            throw refusal(name, "must be \(expected).")
        }
    }

    func required<Value: Decodable>(_ name: String, as type: Value.Type = Value.self, expected: String) throws -> Value {
        guard let value = try optional(name, as: type, expected: expected) else {
            throw refusal(name, "is missing; it must be \(expected).")
        }
        return value
    }

    func number(_ name: String, in range: ClosedRange<Double>) throws -> Double? {
        let expected = "a number from \(Self.plain(range.lowerBound)) to \(Self.plain(range.upperBound))"
        guard let value = try optional(name, as: Double.self, expected: expected) else { return nil }
        guard value.isFinite, range.contains(value) else { throw refusal(name, "must be \(expected).") }
        return value
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        let expected = "an integer from \(range.lowerBound) to \(range.upperBound)"
        guard let value = try optional(name, as: Int.self, expected: expected) else { return nil }
        guard range.contains(value) else { throw refusal(name, "must be \(expected).") }
        return value
    }

    /// Refuses a field that clients rely on and this node cannot honour, unless its value asks for nothing.
    func unsupported(_ name: String, unless harmless: (JSONShape) -> Bool = { _ in false }) throws {
        guard let value = try optional(name, as: JSONShape.self, expected: "valid JSON"), !harmless(value) else { return }
        throw HoldfastError(
            .unsupportedParameter, "'\(name)' is not supported by this node.",
            hint: "leave it out; docs/compatibility.md lists what is honoured",
            field: name)
    }

    /// Other servers' names for constraints in a language of the engine's. What such a grammar costs the engine is not known before.
    static let grammars = [
        "grammar", "json_schema", "guided_json", "guided_grammar", "guided_regex", "guided_choice", "structured_outputs",
    ]

    private func refusal(_ name: String, _ what: String) -> HoldfastError {
        Self.refusal("'\(place(name))' \(what)", field: place(name))
    }

    static func refusal(_ message: String, field: String?) -> HoldfastError {
        HoldfastError(.invalidRequest, message, field: field)
    }

    private static func plain(_ bound: Double) -> String {
        bound == bound.rounded() ? String(Int(bound)) : String(bound)
    }
}

/// As much of a JSON value as it takes to say whether it asks for something.
enum JSONShape: Decodable, Equatable {
    case bool(Bool)
    case number(Double)
    case string(String)
    case array(isEmpty: Bool)
    case emptyObject
    case object(type: String?)

    init(from decoder: any Decoder) throws {
        if var array = try? decoder.unkeyedContainer() {
            self = .array(isEmpty: array.isAtEnd || (try? array.decodeNil()) == true && array.isAtEnd)
        } else if let object = try? decoder.container(keyedBy: RequestFields.Key.self) {
            self =
                object.allKeys.isEmpty ? .emptyObject : .object(type: try? object.decode(String.self, forKey: .init(stringValue: "type")))
        } else {
            let value = try decoder.singleValueContainer()
            if let bool = try? value.decode(Bool.self) {
                self = .bool(bool)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else {
                self = .string(try value.decode(String.self))
            }
        }
    }
}
