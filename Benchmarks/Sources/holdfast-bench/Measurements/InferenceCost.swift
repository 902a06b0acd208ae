/// Tokens per second and time to the first token, through Holdfast and from the same engine process directly, in turns.
enum InferenceCost {
    private static let tokens = 128

    static func run(_ context: BenchContext) async throws -> [Row] {
        let node = try context.node()
        try node.holdfast("model", "add", try context.demoModel(), "--name", "bench")
        try node.holdfast("model", "load", "bench")
        let sides = Sides(holdfast: node.apiSocket, engine: try node.engineSocket(), daemon: node.child.pid)
        // Once with all four slots, so that every slot holds the prompt from here on, whoever asks.
        for prompt in [ChatRequest.short, ChatRequest.long] {
            _ = try sides.rates(streams: 4, prompt: prompt, tokens: 4, directFirst: false)
        }
        let one = try rate(sides, streams: 1, rounds: context.rounds(16))
        let four = try rate(sides, streams: 4, rounds: context.rounds(10))
        _ = try sides.rates(streams: 4, prompt: ChatRequest.short, tokens: 2, directFirst: false)
        return [one, four] + (try firstToken(sides, pairs: context.rounds(300)))
    }

    private static func rate(_ sides: Sides, streams: Int, rounds: Int) throws -> Row {
        let before = try ProcessorTime.seconds(pid: sides.daemon)
        let pairs = try (0..<rounds).map { round in
            try sides.rates(streams: streams, prompt: ChatRequest.long, tokens: tokens, directFirst: round % 2 == 0)
        }
        let used = try ProcessorTime.seconds(pid: sides.daemon) - before
        var row = Row.pairs(
            "tokens_\(streams)", "tokens per second, \(streams) stream\(streams == 1 ? "" : "s")", unit: "t/s",
            beside: "same engine directly", pairs,
            goal: 0.99)
        // What other programs do to the clock on the wall they do not do to this.
        row.details = ["holdfastd_cpu_us_per_token": used * 1e6 / Double(rounds * streams * tokens)]
        return row
    }

    private static func firstToken(_ sides: Sides, pairs count: Int) throws -> [Row] {
        var ours: [Double] = []
        var direct: [Double] = []
        var whole: [(ours: Double, direct: Double)] = []
        for pair in 0..<count {
            // Each side goes first every other time.
            var totals = (ours: 0.0, direct: 0.0)
            for isDirect in pair % 2 == 0 ? [true, false] : [false, true] {
                let answer = try sides.ask(direct: isDirect, prompt: ChatRequest.short, tokens: 1, slot: 0)
                if isDirect { direct.append(answer.firstToken * 1000) } else { ours.append(answer.firstToken * 1000) }
                if isDirect { totals.direct = answer.total * 1000 } else { totals.ours = answer.total * 1000 }
            }
            whole.append(totals)
        }
        let added = Sample(zip(ours, direct).map { $0 - $1 })
        let (with, without) = (Sample(ours), Sample(direct))
        let details = [
            "holdfast_median_ms": with.median, "direct_median_ms": without.median, "holdfast_p99_ms": with.quantile(0.99),
            "direct_p99_ms": without.quantile(0.99), "pairwise_p99_ms": added.quantile(0.99), "pairwise_p90_ms": added.quantile(0.9),
        ]
        let spread = [added.quartiles.lowerBound, added.quartiles.upperBound]
        func row(_ key: String, _ name: String, _ figure: Double, goal: Double) -> Row {
            Row(
                key: key, name: name, figure: figure, unit: "ms", beside: "same engine directly", goal: .atMost(goal), rounds: count,
                spread: spread, details: details)
        }
        // With the outcome, which is durable before the last frame leaves.
        let wholly = Sample(whole.map { $0.ours - $0.direct })
        var request = Row.single(
            "request_added", "added time of a whole request of one token, median of pairs", unit: "ms", wholly.sorted)
        request.beside = "same engine directly"
        request.details = [
            "holdfast_median_ms": Sample(whole.map(\.ours)).median, "direct_median_ms": Sample(whole.map(\.direct)).median,
            "pairwise_p90_ms": wholly.quantile(0.9),
        ]
        return [
            request,
            row("first_token_median", "added time to first token, median of pairs", added.median, goal: 1),
            row("first_token_p99", "added time to first token, p99 − p99", with.quantile(0.99) - without.quantile(0.99), goal: 3),
        ]
    }
}

/// The two ways to the one engine.
private struct Sides: Sendable {
    let holdfast: String
    let engine: String
    let daemon: Int32

    func ask(direct: Bool, prompt: String, tokens: Int, slot: Int) throws -> StreamedAnswer {
        let answer =
            direct
            ? try StreamedAnswer(socket: engine, body: ChatRequest.engine(prompt, tokens: tokens, slot: slot))
            : try StreamedAnswer(socket: holdfast, body: ChatRequest.holdfast(prompt, tokens: tokens))
        guard answer.completionTokens == tokens, answer.endedByLength else {
            throw BenchError("\(answer.completionTokens) tokens came, not \(tokens): the two sides did not do the same work")
        }
        return answer
    }

    /// - Returns: tokens per second of all streams together.
    func rates(streams: Int, prompt: String, tokens: Int, directFirst: Bool) throws -> (ours: Double, baseline: Double) {
        func rate(_ direct: Bool) throws -> Double {
            let seconds = try Clock.time {
                _ = try inParallel(streams) { try ask(direct: direct, prompt: prompt, tokens: tokens, slot: $0) }
            }
            return Double(streams * tokens) / seconds
        }
        if directFirst {
            let baseline = try rate(true)
            return (try rate(false), baseline)
        }
        let ours = try rate(false)
        return (ours, try rate(true))
    }
}
