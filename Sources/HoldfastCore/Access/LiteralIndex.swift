/// Entries by the literal text that a glob begins or ends with: a name can only fit globs whose literal it has at that end.
///
/// A lookup hashes the name once, from that end on, and stops at the lengths that occur. That two literals share a hash costs time only:
/// whatever is found is matched in full.
struct LiteralIndex: Sendable {
    private var entries: [UInt64: [Int]] = [:]
    /// Ascending.
    private var lengths: [Int] = []

    /// - Parameter position: greater than all before.
    mutating func insert(_ literal: some Collection<UInt8>, _ position: Int) {
        if !lengths.contains(literal.count) {
            lengths.append(literal.count)
            lengths.sort()
        }
        entries[literal.reduce(Self.seed, Self.mix), default: []].append(position)
    }

    /// Shows the entries that a name may fit, shortest literal first; positions ascend within one showing.
    func candidates(for name: some Collection<UInt8>, _ show: ([Int]) -> Void) {
        var hash = Self.seed
        var hashed = 0
        var rest = name.makeIterator()
        for length in lengths {
            while hashed < length {
                guard let byte = rest.next() else { return }
                hash = Self.mix(hash, byte)
                hashed += 1
            }
            if let found = entries[hash] { show(found) }
        }
    }

    // FNV-1a.
    private static let seed: UInt64 = 0xcbf2_9ce4_8422_2325
    private static func mix(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
}
