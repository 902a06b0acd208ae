/// Typed access to the keys of a canonical JSON object, with one kind of error for all that can be wrong.
struct JSONObjectReader {
    private let keys: [String: CanonicalJSON]

    init(_ value: CanonicalJSON) throws {
        guard case .object(let keys) = value else {
            throw HoldfastError(.auditBroken, "An audit record is not a JSON object.")
        }
        self.keys = keys
    }

    func broken(_ why: String) -> HoldfastError {
        HoldfastError(.auditBroken, "An audit record cannot be read: \(why).", hint: "holdfast audit verify")
    }

    func optionalString(_ key: String) throws -> String? {
        guard let value = keys[key] else { return nil }
        guard case .string(let text) = value else { throw broken("'\(key)' is not a string") }
        return text
    }

    func optionalInteger(_ key: String) throws -> Int64? {
        guard let value = keys[key] else { return nil }
        guard case .integer(let number) = value else { throw broken("'\(key)' is not an integer") }
        return number
    }

    func optionalObject(_ key: String) throws -> JSONObjectReader? {
        try keys[key].map(JSONObjectReader.init)
    }

    func string(_ key: String) throws -> String { try required(optionalString(key), key) }
    func integer(_ key: String) throws -> Int64 { try required(optionalInteger(key), key) }
    func object(_ key: String) throws -> JSONObjectReader { try required(optionalObject(key), key) }

    func enumeration<Value: RawRepresentable<String>>(_ key: String) throws -> Value {
        let text = try string(key)
        guard let value = Value(rawValue: text) else { throw broken("'\(key)' is '\(text.prefix(40))'") }
        return value
    }

    func optionalEnumeration<Value: RawRepresentable<String>>(_ key: String) throws -> Value? {
        keys[key] == nil ? nil : try enumeration(key)
    }

    func integerArray(_ key: String) throws -> [Int64] {
        guard case .array(let values)? = keys[key] else { throw broken("'\(key)' is not an array") }
        return try values.map {
            guard case .integer(let number) = $0 else { throw broken("'\(key)' holds something other than integers") }
            return number
        }
    }

    func stringArray(_ key: String) throws -> [String] {
        guard case .array(let values)? = keys[key] else { throw broken("'\(key)' is not an array") }
        return try values.map {
            guard case .string(let text) = $0 else { throw broken("'\(key)' holds something other than strings") }
            return text
        }
    }

    func integers() throws -> [String: Int64] {
        try keys.mapValues {
            guard case .integer(let number) = $0 else { throw broken("'params' holds something other than integers") }
            return number
        }
    }

    private func required<Value>(_ value: Value?, _ key: String) throws -> Value {
        guard let value else { throw broken("'\(key)' is missing") }
        return value
    }
}
