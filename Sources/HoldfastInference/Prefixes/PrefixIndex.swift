/// The saved prefixes, and which of them a prompt begins with.
///
/// Links are seeded by scope and owner, so a lookup cannot find what is not the caller's.
struct PrefixIndex: Sendable {
    struct Match: Sendable, Equatable {
        let id: String
        /// Blocks of the prompt that the entry begins with.
        let blocks: Int
    }

    /// Of one link, the entries whose chain has it.
    private typealias Table = [HashChain.Link: Set<String>]

    private(set) var entries: [String: PrefixEntry] = [:]
    private var texts: Table = [:]
    private var tokens: Table = [:]
    /// Entries by what they can serve: nothing is hashed for a caller who has none.
    private var populations: [[UInt8]: Int] = [:]

    var bytes: Int64 { entries.values.reduce(0) { $0 + $1.storedBytes } }

    func holdsAny(_ seed: [UInt8]) -> Bool { populations[seed] != nil }

    mutating func insert(_ entry: PrefixEntry) {
        remove(entry.id)
        entries[entry.id] = entry
        for link in entry.header.text { texts[link, default: []].insert(entry.id) }
        for link in entry.header.tokenChain { tokens[link, default: []].insert(entry.id) }
        populations[entry.header.scope.bytes(for: entry.owner), default: 0] += 1
    }

    @discardableResult mutating func remove(_ id: String) -> PrefixEntry? {
        guard let entry = entries.removeValue(forKey: id) else { return nil }
        for link in entry.header.text { Self.remove(id, at: link, from: &texts) }
        for link in entry.header.tokenChain { Self.remove(id, at: link, from: &tokens) }
        let seed = entry.header.scope.bytes(for: entry.owner)
        populations[seed] = populations[seed].flatMap { $0 > 1 ? $0 - 1 : nil }
        return entry
    }

    mutating func use(_ id: String, at time: Int64) { entries[id]?.lastUsed = time }

    /// The entry with the longest beginning in common; of several, the one used last.
    func longest(text chain: HashChain) -> Match? { longest(chain, in: texts) }
    func longest(tokens chain: HashChain) -> Match? { longest(chain, in: tokens) }

    private func longest(_ chain: HashChain, in table: Table) -> Match? {
        var low = 0
        var high = chain.links.count
        while low < high {
            let middle = (low + high + 1) / 2
            if table[chain.links[middle - 1]] != nil { low = middle } else { high = middle - 1 }
        }
        guard low > 0, let candidates = table[chain.links[low - 1]] else { return nil }
        let best = candidates.compactMap { entries[$0] }.max { ($0.lastUsed, $0.id) < ($1.lastUsed, $1.id) }
        return best.map { Match(id: $0.id, blocks: low) }
    }

    /// What to give up for `needed` bytes more under `maximum`: from whoever holds most, what was not used for longest, so that nobody's
    /// prompts push out another's. Pinned prompts stay.
    /// - Returns: nil when it cannot be had.
    func victims(for needed: Int64, under maximum: Int64, besides: Set<String> = []) -> [String]? {
        var held: [String: [PrefixEntry]] = [:]
        for entry in entries.values where !besides.contains(entry.id) {
            if case .tenant(let tenant) = entry.owner { held[tenant, default: []].append(entry) }
        }
        var total = bytes - besides.reduce(0) { $0 + (entries[$1]?.storedBytes ?? 0) }
        var sums = held.mapValues { $0.reduce(0) { $0 + $1.storedBytes } }
        var queues = held.mapValues { $0.sorted { ($0.lastUsed, $0.id) > ($1.lastUsed, $1.id) } }
        var victims: [String] = []
        while total + needed > maximum {
            guard let largest = sums.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key, let victim = queues[largest]?.popLast()
            else { return nil }
            victims.append(victim.id)
            total -= victim.storedBytes
            sums[largest] = queues[largest]?.isEmpty == false ? (sums[largest] ?? 0) - victim.storedBytes : nil
        }
        return victims
    }

    private static func remove(_ id: String, at link: HashChain.Link, from table: inout Table) {
        table[link]?.remove(id)
        if table[link]?.isEmpty == true { table[link] = nil }
    }
}
