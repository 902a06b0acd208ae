/// Delegations by the hash of a target's path (§4.5, `path_hash_prefixes`): with many targets, a client reads the metadata of one bin.
public struct TUFHashBins: Hashable, Sendable {
    /// 2 to the power of this many bins.
    public let bits: Int
    public let prefix: String

    /// - Parameter bits: 1 to 14: 2 to 16,384 bins.
    /// - Throws: ``HoldfastError`` `invalid_request`.
    public init(bits: Int, prefix: String = "bin") throws {
        guard (1...14).contains(bits) else {
            throw HoldfastError(.invalidRequest, "Hash bins are 2 to the power of 1 to 14, not of \(bits).")
        }
        self.bits = bits
        self.prefix = prefix
    }

    public var count: Int { 1 << bits }
    private var digits: Int { (bits + 3) / 4 }

    /// - Parameter index: below ``count``.
    public func name(_ index: Int) -> String { "\(prefix)-\(hex(index))" }

    /// The bins as delegated roles, in order; each terminates the search for its paths.
    public func roles(keys: TUFRoleKeys) throws -> [TUFDelegatedRole] {
        let prefixesEach = 1 << (4 * digits - bits)
        return try (0..<count).map { index in
            let prefixes = (index * prefixesEach..<(index + 1) * prefixesEach).map(hex)
            return try TUFDelegatedRole(name(index), keys: keys, paths: .hashPrefixes(prefixes), isTerminating: true)
        }
    }

    private func hex(_ number: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
