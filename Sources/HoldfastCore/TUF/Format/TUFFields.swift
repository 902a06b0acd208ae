/// The members of an object in a metadata file, taken one by one; what is left over is unknown here and kept (TUF §4).
struct TUFFields {
    /// What the object is, for errors: `snapshot`, `snapshot.meta`.
    let what: String
    private(set) var rest: [String: OLPCJSON]

    init(_ value: OLPCJSON, what: String) throws {
        guard case .object(let members) = value else { throw HoldfastError.metadata(what, "it is not an object") }
        self.what = what
        rest = members
    }

    func refused(_ why: String) -> HoldfastError { .metadata(what, why) }

    mutating func takeOptional(_ name: String) -> OLPCJSON? { rest.removeValue(forKey: name) }

    mutating func take(_ name: String) throws -> OLPCJSON {
        guard let value = takeOptional(name) else { throw refused("'\(name)' is missing") }
        return value
    }

    mutating func string(_ name: String) throws -> String {
        guard let text = try take(name).stringValue else { throw refused("'\(name)' is not a string") }
        return text
    }

    mutating func optionalBool(_ name: String) throws -> Bool? {
        guard let value = takeOptional(name) else { return nil }
        guard let flag = value.boolValue else { throw refused("'\(name)' is neither true nor false") }
        return flag
    }

    mutating func integer(_ name: String, atLeast least: Int) throws -> Int {
        guard let number = try optionalInteger(name, atLeast: least) else { throw refused("'\(name)' is missing") }
        return number
    }

    mutating func optionalInteger(_ name: String, atLeast least: Int) throws -> Int? {
        guard let value = takeOptional(name) else { return nil }
        guard let number = value.integerValue, number >= least else { throw refused("'\(name)' is no integer from \(least) on") }
        return number
    }

    mutating func object(_ name: String) throws -> [String: OLPCJSON] {
        guard let members = try take(name).objectValue else { throw refused("'\(name)' is not an object") }
        return members
    }

    mutating func strings(_ name: String) throws -> [String] {
        guard let list = try optionalStrings(name) else { throw refused("'\(name)' is missing") }
        return list
    }

    mutating func optionalStrings(_ name: String) throws -> [String]? {
        guard let value = takeOptional(name) else { return nil }
        let strings = value.arrayValue?.compactMap(\.stringValue)
        guard let strings, strings.count == value.arrayValue?.count else { throw refused("'\(name)' is no list of strings") }
        return strings
    }
}

extension HoldfastError {
    /// Metadata that is not what TUF wants it to be.
    /// - Parameter what: `snapshot`, `targets.delegations`, the name of a delegated role.
    static func metadata(_ what: String, _ why: String) -> HoldfastError {
        HoldfastError(.metadataInvalid, "The metadata '\(what.prefix(80))' is refused: \(why).")
    }

    static func rollback(_ what: String, _ why: String) -> HoldfastError {
        HoldfastError(
            .metadataRollback,
            "The metadata '\(what.prefix(80))' is refused: \(why). The source is older than it was, or was tampered with.")
    }
}
