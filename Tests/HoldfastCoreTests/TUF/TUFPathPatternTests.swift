import HoldfastCrypto
import HoldfastTestSupport
import Testing

@testable import HoldfastCore

@Suite("TUF: path patterns and hash bins")
struct TUFPathPatternTests {
    @Test(
        "wildcards match within one step",
        arguments: [
            ("targets/*.tgz", "targets/foo.tgz", true), ("targets/*.tgz", "targets/foo.txt", false),
            ("targets/*.tgz", "targets/x/foo.tgz", false),
            ("foo-version-?.tgz", "foo-version-2.tgz", true), ("foo-version-?.tgz", "foo-version-alpha.tgz", false), ("*", "foo.tgz", true),
            ("*", "a/b", false), ("*/*", "a/b", true), ("", "", true), ("", "a", false), ("a", "A", false), ("**", "abc", true),
            ("a*b*c", "aXbXbXc", true), ("a*b*c", "aXbXb", false), ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("[]]", "]", true),
            ("[", "[", true), ("[a", "[a", true), ("?", "é", true), ("[é]", "é", true), ("*", "", true), ("?", "", false),
        ])
    func patterns(pattern: String, path: String, matches: Bool) {
        #expect(TUFPathPattern.matches(path, pattern) == matches)
    }

    @Test("agrees with Python's fnmatchcase on patterns of chance") func python() async throws {
        var random = SplitMix64(seed: UInt64.random(in: 0...UInt64.max))
        let letters = Array("ab*?[]!/")
        func word(_ alphabet: ArraySlice<Character>) -> String {
            String((0..<Int.random(in: 0...7, using: &random)).compactMap { _ in alphabet.randomElement(using: &random) })
        }
        let cases = (0..<4000).map { _ in (pattern: word(letters[...]), path: word(["a", "b", "/", "!", "]"])) }
        let program = """
            import fnmatch, sys
            for line in sys.stdin.read().split("\\n")[:-1]:
                pattern, path = line.split("\\t")
                a, b = path.split("/"), pattern.split("/")
                print(int(len(a) == len(b) and all(fnmatch.fnmatchcase(x, y) for x, y in zip(a, b))))
            """
        let asked = cases.map { "\($0.pattern)\t\($0.path)\n" }.joined()
        let answer = try await TestProcess.run("/usr/bin/python3", ["-IBc", program], input: Array(asked.utf8))
        let theirs = answer.output.split(separator: "\n").map { $0 == "1" }
        #expect(theirs.count == cases.count && theirs.contains(true))
        for (item, expected) in zip(cases, theirs) {
            #expect(TUFPathPattern.matches(item.path, item.pattern) == expected, "'\(item.path)' and '\(item.pattern)'")
        }
    }

    @Test("a pattern made to be slow is not", .timeLimit(.minutes(1))) func slow() {
        let pattern = String(repeating: "a*", count: 500) + "b"
        #expect(!TUFPathPattern.matches(String(repeating: "a", count: 1000), pattern))
    }

    @Test("hash bins: every path is in exactly one, by its hash", arguments: [1, 3, 4, 8, 10])
    func bins(bits: Int) throws {
        let bins = try TUFHashBins(bits: bits)
        let roles = try bins.roles(keys: TUFRoleKeys([], threshold: 1))
        #expect(roles.count == 1 << bits && Set(roles.map(\.name)).count == roles.count)
        var delegations = TUFDelegations()
        for role in roles { delegations.set(role, keys: []) }
        for index in 0..<200 {
            let path = "model-\(index)"
            let found = delegations.roles(for: path)
            #expect(found.count == 1)
            let hash = SHA256.hash(Array(path.utf8))
            #expect(found.first?.name == bins.name((Int(hash[0]) << 8 | Int(hash[1])) >> (16 - bits)))
        }
    }

    @Test("there are not more bins than a snapshot can list", arguments: [0, 15, -1]) func tooMany(bits: Int) {
        #expect(throws: HoldfastError.self) { try TUFHashBins(bits: bits) }
    }
}
