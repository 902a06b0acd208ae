import HoldfastTestSupport
import Testing

@testable import HoldfastInference

struct PrefixIndexTests {
    static let scope = PrefixScope(model: "m", engine: "e", version: "1", arguments: [])

    static func entry(
        _ id: String, _ text: [UInt8], tenant: String = "uid:1", bytes: Int64 = 1, used: Int64 = 0, scope: PrefixScope = scope,
        pin: String? = nil
    ) -> PrefixEntry {
        let owner: PrefixOwner = pin.map { .pinned(id: $0) } ?? .tenant(tenant)
        let seed = scope.bytes(for: owner)
        let header = PrefixEntry.Header(
            scope: scope, tenant: pin == nil ? tenant : nil, pin: pin, created: 0, slotBytes: 1, tokens: 1,
            text: HashChain(text: text, seed: seed).links,
            tokenChain: HashChain(tokens: text.map(Int32.init), seed: seed).links)
        return PrefixEntry(id: id, header: header, storedBytes: bytes, lastUsed: used)!
    }

    /// Blocks that both begin with, compared element by element.
    private static func naive<Element: Equatable>(_ left: [Element], _ right: [Element], block: Int) -> Int {
        zip(left, right).prefix { $0 == $1 }.count / block
    }

    @Test("The longest prefix is the one a comparison with every entry finds, by bytes and by tokens, and only among the caller's own")
    func oracle() {
        var random = SplitMix64(seed: 11)
        for _ in 0..<300 {
            // Texts of few kinds of blocks, so that prefixes are shared at every length.
            func text(_ random: inout SplitMix64) -> [UInt8] {
                (0..<Int.random(in: 0...7, using: &random)).flatMap { _ in
                    [UInt8](repeating: UInt8.random(in: 0...1, using: &random), count: HashChain.textBlock)
                } + [UInt8](repeating: 9, count: Int.random(in: 0..<HashChain.textBlock, using: &random))
            }
            var index = PrefixIndex()
            var known: [String: (tenant: String, text: [UInt8])] = [:]
            for number in 0..<Int.random(in: 0...12, using: &random) {
                let (tenant, text) = (["a", "b"].randomElement(using: &random)!, text(&random))
                index.insert(Self.entry("\(number)", text, tenant: tenant))
                known["\(number)"] = (tenant, text)
            }
            for id in known.keys.sorted() where Bool.random(using: &random) {
                index.remove(id)
                known[id] = nil
            }
            for tenant in ["a", "b", "c"] {
                let question = text(&random)
                let seed = Self.scope.bytes(for: .tenant(tenant))
                let own = known.filter { $0.value.tenant == tenant }
                #expect(index.holdsAny(seed) == !own.isEmpty)
                let found = index.longest(text: HashChain(text: question, seed: seed))
                let best = own.values.map { Self.naive($0.text, question, block: HashChain.textBlock) }.max() ?? 0
                #expect(found?.blocks ?? 0 == best)
                if let found { #expect(Self.naive(known[found.id]!.text, question, block: HashChain.textBlock) == best) }
                let byTokens = index.longest(tokens: HashChain(tokens: question.map(Int32.init), seed: seed))
                #expect(byTokens?.blocks ?? 0 == own.values.map { Self.naive($0.text, question, block: 16) }.max() ?? 0)
                if let byTokens { #expect(own[byTokens.id] != nil) }
            }
        }
    }

    @Test("Chains are compared as their texts are")
    func common() {
        var random = SplitMix64(seed: 12)
        for _ in 0..<500 {
            let left = (0..<Int.random(in: 0...400, using: &random)).map { _ in UInt8.random(in: 0...3, using: &random) }
            var right = left
            if Bool.random(using: &random), !right.isEmpty { right[Int.random(in: 0..<right.count, using: &random)] ^= 128 }
            right += (0..<Int.random(in: 0...300, using: &random)).map { _ in 5 }
            let chains = [left, right].map { HashChain($0, block: 8, seed: [1]) }
            #expect(chains[0].common(with: chains[1]) == Self.naive(left, right, block: 8))
            #expect(chains[0].common(with: HashChain(right, block: 8, seed: [2])) == 0)
        }
    }

    @Test("Of equals the one used last is taken")
    func latest() {
        var index = PrefixIndex()
        let text = [UInt8](repeating: 1, count: 512)
        index.insert(Self.entry("old", text, used: 5))
        index.insert(Self.entry("new", text, used: 1))
        index.use("new", at: 9)
        #expect(index.longest(text: HashChain(text: text, seed: Self.scope.bytes(for: .tenant("uid:1"))))?.id == "new")
    }

    @Test("What goes is enough and no more than it must be, the largest holder's oldest first; pinned prompts stay")
    func victims() {
        var random = SplitMix64(seed: 13)
        for round in 0..<500 {
            var index = PrefixIndex()
            for number in 0..<Int.random(in: 0...20, using: &random) {
                let tenant = ["a", "b", "c"].randomElement(using: &random)!
                index.insert(
                    Self.entry(
                        "\(number)", [UInt8(number)], tenant: tenant, bytes: .random(in: 1...50, using: &random),
                        used: .random(in: 0...100, using: &random), pin: number % 7 == 6 ? "p\(number)" : nil))
            }
            let (needed, maximum) = (Int64.random(in: 0...100, using: &random), Int64.random(in: 0...400, using: &random))
            guard let victims = index.victims(for: needed, under: maximum) else {
                let pinned = index.entries.values.filter { $0.header.pin != nil }.reduce(0) { $0 + $1.storedBytes }
                #expect(pinned + needed > maximum, "round \(round)")
                continue
            }
            var left = index
            for id in victims {
                let victim = left.entries[id]!
                #expect(left.bytes + needed > maximum, "round \(round): more went than had to")
                let sums = Dictionary(grouping: left.entries.values.filter { $0.header.pin == nil }, by: { $0.header.tenant! })
                    .mapValues { $0.reduce(0) { $0 + $1.storedBytes } }
                #expect(victim.header.pin == nil && sums[victim.header.tenant!] == sums.values.max())
                #expect(!left.entries.values.contains { $0.header.tenant == victim.header.tenant && $0.lastUsed < victim.lastUsed })
                left.remove(id)
            }
            #expect(left.bytes + needed <= maximum)
        }
    }

    @Test("Every part of what a prefix depends on makes it another's; where files are and how many threads compute do not")
    func scopes() {
        func scope(_ arguments: [String], model: String = "m", engine: String = "e", version: String = "1") -> [UInt8] {
            PrefixScope(model: model, engine: engine, version: version, arguments: arguments).bytes(for: .tenant("t"))
        }
        let arguments = ["--model", "/a", "--host", "/b", "--ctx-size", "4096", "--flash-attn", "on", "--threads", "2"]
        let usual = scope(arguments)
        #expect(usual == scope(["--model", "/x", "--host", "/y", "--ctx-size", "4096", "--flash-attn", "on", "--threads", "1"]))
        #expect(usual == scope(arguments + ["--spec-type", "ngram-mod"]), "guessing leaves what is computed as it is")
        #expect(usual != scope(["--model", "/a", "--host", "/b", "--ctx-size", "4096", "--flash-attn", "off", "--threads", "2"]))
        #expect(usual != scope(["--model", "/a", "--host", "/b", "--ctx-size", "2048", "--flash-attn", "on", "--threads", "2"]))
        #expect(usual != scope(arguments + ["--cache-type-k", "q8_0"]) && usual != scope(arguments + ["--swa-full"]))
        #expect(usual != scope(arguments, model: "n") && usual != scope(arguments, engine: "f") && usual != scope(arguments, version: "2"))
        let one = PrefixScope(model: "m", engine: "e", version: "1", arguments: arguments)
        #expect(one.bytes(for: .tenant("pinned")) != one.bytes(for: .pinned(id: "x")))
        #expect(one.bytes(for: .pinned(id: "y")) == one.bytes(for: .pinned(id: "x")))
    }
}
