/// A system prompt of 1,600 tokens: the first token when it must be computed, and after a restart of the whole node, each counted from when
/// the engine is ready.
enum PrefixRestart {
    static func run(_ context: BenchContext) async throws -> [Row] {
        var cold: [Double] = []
        var restored: [Double] = []
        var node = try context.node()
        try node.holdfast("model", "add", try context.demoModel(), "--name", "bench")
        let state = node.state
        for round in 0..<context.rounds(5) {
            try node.holdfast("model", "load", "bench")
            cold.append(try ask(node, round, "What comes first?"))
            node.child.stop()
            node = try context.node(state: state)
            try node.holdfast("model", "load", "bench")
            restored.append(try ask(node, round, "And what comes last?"))
        }
        let shares = Sample(zip(restored, cold).map { $0 / $1 * 100 })
        return [
            Row(
                key: "prefix_restart", name: "first token after a restart, of the cold time", figure: shares.median, unit: "%",
                beside: "the same prompt computed", goal: .atMost(1), rounds: cold.count,
                spread: [shares.quartiles.lowerBound, shares.quartiles.upperBound],
                details: ["cold_median_ms": Sample(cold).median * 1000, "restored_median_ms": Sample(restored).median * 1000])
        ]
    }

    /// - Returns: seconds to the first token.
    private static func ask(_ node: Node, _ round: Int, _ question: String) throws -> Double {
        // About 21 tokens each; another text in each round, so that nothing of it is known.
        let rules = (0..<75).map { "Rule \($0): valve \($0 * 7) must be closed before pump \($0 * 3) starts." }.joined(separator: " ")
        let body = """
            {"model":"bench","messages":[{"role":"system","content":"Book \(round). \(rules)"},{"role":"user","content":"\(question)"}],\
            "temperature":0,"max_tokens":2,"stream":true,"stream_options":{"include_usage":true}}
            """
        return try StreamedAnswer(socket: node.apiSocket, body: body).firstToken
    }
}
