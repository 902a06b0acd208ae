/// Which engine a node runs, as it is chosen, stored and shown.
public enum EngineChoice: Hashable, Sendable, CustomStringConvertible {
    /// Whatever is found first: `engine.path`, a package's, what `scripts/setup` made.
    case automatic
    /// `engine.path` of the configuration.
    case configured
    /// A folder of `/usr/lib/holdfast/engines`.
    case package(String)
    /// A folder that `scripts/setup` fills.
    case setup(String)
    /// One that `holdfast engine install` brought, by the SHA-256 of its tar archive.
    case installed(SHA256Digest)

    /// - Returns: nil for what is no choice.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts.first, parts.count) {
        case ("automatic", 1): self = .automatic
        case ("configured", 1): self = .configured
        case ("package", 2) where EngineName.isValid(parts[1]): self = .package(parts[1])
        case ("setup", 2) where EngineName.isValid(parts[1]): self = .setup(parts[1])
        case ("sha256", 2):
            guard let digest = try? SHA256Digest(parsing: parts[1]) else { return nil }
            self = .installed(digest)
        default: return nil
        }
    }

    public var description: String {
        switch self {
        case .automatic: "automatic"
        case .configured: "configured"
        case .package(let name): "package:\(name)"
        case .setup(let name): "setup:\(name)"
        case .installed(let digest): "sha256:\(digest.hex)"
        }
    }
}

/// What an installed engine may be called.
public enum EngineName {
    public static func isValid(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && name.utf8.first != UInt8(ascii: ".") && name.utf8.first != UInt8(ascii: "-")
            && name.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || [0x2e, 0x5f, 0x2d].contains($0)
            }
    }

    /// - Throws: ``HoldfastError`` `name_invalid`.
    public static func check(_ name: String) throws {
        guard isValid(name) else {
            throw HoldfastError(
                .nameInvalid, "'\(name.prefix(80))' cannot name an engine: letters, digits, '.', '_' and '-', 64 at most, are allowed.",
                hint: "holdfast engine install FILE --name NAME", field: "name")
        }
    }
}
