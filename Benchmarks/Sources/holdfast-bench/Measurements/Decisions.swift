import Glibc
import HoldfastCore

/// 10,000 decisions against a policy of 1,000 rules, beside fnmatch over the same patterns, rule by rule.
enum Decisions {
    private static let count = 10_000
    private static let rules = 1000

    static func run(_ context: BenchContext) async throws -> [Row] {
        let patterns = (0..<rules).map { rule in
            switch rule % 4 {
            case 0: "site-\(rule)-*"
            case 1: "*-team\(rule)"
            case 2: "line\(rule)/*/prod"
            default: "model-\(rule)"
            }
        }
        let authorizer = Authorizer(try policy(patterns))
        let names = try (0..<count).map { number in
            // Half of them fit a rule, at any place of the policy.
            try ModelName(parsing: number.isMultiple(of: 2) ? "model-\(number / 2 % 250 * 4 + 3)" : "other-\(number)")
        }
        let caller = Caller(uid: 1000, gid: 100, pid: 1, groups: [100], socket: .api)
        var pairs: [(ours: Double, baseline: Double)] = []
        for round in 0..<context.rounds(9) {
            func ours() throws -> Double {
                var allowed = 0
                let seconds = Clock.time {
                    for name in names where authorizer.decide(caller, Permission(.inferenceInvoke, on: .model(name))).isAllowed {
                        allowed += 1
                    }
                }
                guard allowed == names.count / 2 else { throw BenchError("\(allowed) of \(names.count) were allowed") }
                return seconds * 1000
            }
            func naive() throws -> Double {
                let texts = names.map { $0.description }
                return Clock.time {
                    for text in texts { _ = patterns.first { fnmatch($0 + ":latest", text, 0) == 0 } }
                } * 1000
            }
            let first = round % 2 == 0 ? try ours() : 0
            let baseline = try naive()
            pairs.append((round % 2 == 0 ? first : try ours(), baseline))
        }
        // Of milliseconds less is better, and of a ratio more.
        var row = Row.pairs(
            "decisions", "10,000 decisions against 1,000 rules", unit: "ms", beside: "fnmatch over the patterns in order",
            pairs.map { ($0.baseline, $0.ours) }, goal: nil)
        (row.figure, row.baseline) = (Sample(pairs.map(\.ours)).median, Sample(pairs.map(\.baseline)).median)
        row.goal = .atMost(20)
        return [row]
    }

    private static func policy(_ patterns: [String]) throws -> Policy {
        let list = patterns.map { "      - {verbs: [inference:invoke], resources: [\"model:\($0)\"]}" }.joined(separator: "\n")
        let text = """
            version: 1
            roles:
              bench:
                allow:
            \(list)
            bindings:
              - {role: bench, subjects: ["uid:1000"]}
            """
        let loader = PolicyLoader(builtInBindings: .none, resolver: NameResolver(user: { _ in nil }, group: { _ in nil }))
        return try loader.load([PolicySource(name: "bench.yaml", text: text)], generation: 1)
    }
}
