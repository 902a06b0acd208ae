/// Typed reading of layered settings: flags over `HOLDFAST_*` variables over the file over defaults. What is wrong is said with its origin,
/// and a key nobody knows is an error: a misspelt bound must not be a bound that is silently not there.
public struct ConfigurationReader {
    private let entries: [String: ConfigurationFile.Entry]
    /// About `HOLDFAST_*` variables that are no setting. Not an error: another program of ours may be meant by one.
    public let warnings: [String]

    /// Variables of our tests and of `scripts/`, which the daemon inherits there.
    private static let foreign: Set<String> = ["HOLDFAST_CAMPAIGN", "HOLDFAST_CAMPAIGN_SEED", "HOLDFAST_UPDATE_GOLDEN", "HOLDFAST_PREFIX"]

    /// - Parameter known: every key there is.
    /// - Throws: ``HoldfastError`` `configuration_invalid` for any other key in the file.
    public init(
        flags: [String: String], environment: [String: String], file: ConfigurationFile?, known: Set<String>
    ) throws {
        var entries = file?.entries ?? [:]
        for (key, entry) in entries where !known.contains(key) {
            let nearest = Nearest.matches(for: key, among: known, limit: 1).first.map { " Did you mean '\($0)'?" } ?? ""
            throw ConfigurationFile.refusal("\(entry.origin): there is no setting '\(key)'.\(nearest)")
        }
        for key in known {
            let variable = Self.variable(for: key)
            if let value = environment[variable] { entries[key] = .init(value: value, origin: variable) }
            if let value = flags[key] { entries[key] = .init(value: value, origin: "--\(key)") }
        }
        self.entries = entries
        warnings = Self.unknownVariables(environment, known: known)
    }

    private static func unknownVariables(_ environment: [String: String], known: Set<String>) -> [String] {
        let variables = Set(known.map(variable))
        return environment.keys.filter { $0.hasPrefix("HOLDFAST_") && !variables.contains($0) && !foreign.contains($0) }.sorted().map {
            name in
            let nearest = Nearest.matches(for: name, among: variables, limit: 1).first.map { " Did you mean \($0)?" } ?? ""
            return "\(name) is no setting of holdfastd and has no effect.\(nearest)"
        }
    }

    /// `engine.load_stall_seconds` is `HOLDFAST_ENGINE_LOAD_STALL_SECONDS`.
    static func variable(for key: String) -> String {
        "HOLDFAST_" + key.uppercased().map { $0 == "." ? "_" : String($0) }.joined()
    }

    public func string(_ key: String) -> String? { entries[key].map(\.value) }

    /// - Throws: ``HoldfastError`` `configuration_invalid`.
    public func path(_ key: String) throws -> String? {
        guard let entry = entries[key] else { return nil }
        guard entry.value.hasPrefix("/") else { throw wrong(entry, key, "an absolute path") }
        return entry.value.count > 1 && entry.value.hasSuffix("/") ? String(entry.value.dropLast()) : entry.value
    }

    /// - Throws: ``HoldfastError`` `configuration_invalid`.
    public func integer(_ key: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let entry = entries[key] else { return nil }
        guard let value = Int64(entry.value), range.contains(value) else {
            throw wrong(entry, key, "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Bytes, with or without a unit: `500000`, `20 GiB`, `512MB`.
    /// - Throws: ``HoldfastError`` `configuration_invalid`.
    public func bytes(_ key: String) throws -> Int64? {
        guard let entry = entries[key] else { return nil }
        guard let value = ByteCount.parse(entry.value) else { throw wrong(entry, key, "a number of bytes such as 20GiB") }
        return value
    }

    /// - Throws: ``HoldfastError`` `configuration_invalid`.
    public func mode(_ key: String) throws -> UInt32? {
        guard let entry = entries[key] else { return nil }
        guard let value = UInt32(entry.value, radix: 8), value <= 0o777 else { throw wrong(entry, key, "an octal file mode such as 0660") }
        return value
    }

    /// - Throws: ``HoldfastError`` `configuration_invalid`.
    public func flag(_ key: String) throws -> Bool? {
        guard let entry = entries[key] else { return nil }
        switch entry.value {
        case "true", "yes", "on", "1": return true
        case "false", "no", "off", "0": return false
        default: throw wrong(entry, key, "true or false")
        }
    }

    private func wrong(_ entry: ConfigurationFile.Entry, _ key: String, _ expected: String) -> HoldfastError {
        ConfigurationFile.refusal("\(entry.origin): '\(key)' must be \(expected); it is '\(entry.value.prefix(60))'.")
    }
}
