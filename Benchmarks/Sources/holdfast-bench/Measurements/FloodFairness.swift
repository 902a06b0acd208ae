import Foundation

/// What four subjects get of one model while one of them asks six times as much as each of the others: Jain's index of the tokens each was given
/// (1: all the same; 0.25: one has it all).
enum FloodFairness {
    private static let tokens = 24
    /// Requests that each keeps open. All always want more than they get.
    private static let clients = ["flood": 24, "quiet": 4, "kiosk": 4, "panel": 4]
    private static let seconds = 15.0

    static func run(_ context: BenchContext) async throws -> [Row] {
        let names = clients.keys.sorted()
        let node = try context.node(
            policy: """
                version: 1
                bindings:
                  - {role: user, subjects: [\(names.map { "\"app:\($0)\"" }.joined(separator: ", "))]}

                """)
        try node.holdfast("model", "add", try context.demoModel(), "--name", "bench")
        try node.holdfast("model", "load", "bench")
        for name in names { try node.holdfast("access", "socket", "create", name) }
        let askers = names.flatMap { name in Array(repeating: name, count: clients[name] ?? 0) }
        let apps = node.runtime + "/apps"
        var indices: [Double] = []
        var totals: [String: Double] = [:]
        for _ in 0..<context.rounds(3) {
            // The first turns go to whoever connects first: they are not counted.
            let start = Clock.seconds + 3
            let end = start + seconds
            let given = try inParallel(askers.count) { number -> (name: String, tokens: Int) in
                let name = askers[number]
                var sum = 0
                while Clock.seconds < end {
                    let answer = try StreamedAnswer(
                        socket: "\(apps)/\(name)/api.sock", body: ChatRequest.holdfast("\(ChatRequest.long) (\(name))", tokens: tokens))
                    if Clock.seconds > start, Clock.seconds < end { sum += answer.completionTokens }
                }
                return (name, sum)
            }
            let shares = Dictionary(grouping: given, by: \.name).mapValues { Double($0.map(\.tokens).reduce(0, +)) }
            for (name, share) in shares { totals[name, default: 0] += share }
            indices.append(jain(Array(shares.values)))
        }
        let sample = Sample(indices)
        return [
            Row(
                key: "fairness", name: "fairness index of four subjects, one of them a flood", figure: sample.median, unit: "",
                goal: .atLeast(0.95), rounds: indices.count, spread: [sample.quartiles.lowerBound, sample.quartiles.upperBound],
                details: Dictionary(uniqueKeysWithValues: totals.map { ("tokens_\($0)", $1) }))
        ]
    }

    /// Jain, Chiu, Hawe 1984: the square of the sum, of the sum of squares as many times.
    private static func jain(_ shares: [Double]) -> Double {
        let sum = shares.reduce(0, +)
        let squares = shares.map { $0 * $0 }.reduce(0, +)
        return squares == 0 ? 0 : sum * sum / (Double(shares.count) * squares)
    }
}
