import Glibc

/// From a client's hang-up until the engine's slot is idle, by the engine's own word: in the middle of an answer, and of a prompt.
enum CancelToIdle {
    private struct Enough: Error {}

    static func run(_ context: BenchContext) async throws -> [Row] {
        let node = try context.node()
        try node.holdfast("model", "add", try context.demoModel(), "--name", "bench")
        try node.holdfast("model", "load", "bench")
        let (ours, engine) = (node.apiSocket, try node.engineSocket())
        var book = 0

        func times(_ rounds: Int, _ cancel: (_ socket: String, _ body: String) throws -> Double, rules: Int) throws -> [Bool: [Double]] {
            var times: [Bool: [Double]] = [:]
            for number in 0..<rounds {
                for direct in number % 2 == 0 ? [true, false] : [false, true] {
                    book += 1
                    let prompt = rules == 0 ? ChatRequest.long : Prompts.rules(rules, book: book)
                    let body =
                        direct
                        ? ChatRequest.engine(prompt, tokens: 2000, slot: 0) : ChatRequest.holdfast(prompt, tokens: 2000)
                    times[direct, default: []].append(try cancel(direct ? engine : ours, body) * 1000)
                }
            }
            return times
        }

        let answers = try times(
            context.rounds(40),
            { socket, body in
                var connection: HTTPConnection? = try HTTPConnection(path: socket)
                var pieces = 0
                do {
                    try connection?.send("POST", "/v1/chat/completions", body: body)
                    if let head = try connection?.readHead() {
                        try connection?.readBody(head) { _ in
                            pieces += 1
                            if pieces > 8 { throw Enough() }
                        }
                    }
                } catch is Enough {}
                let start = Clock.seconds
                connection = nil
                return try EngineSlots.waitUntilIdle(engine) - start
            }, rules: 0)
        let prompts = try times(
            context.rounds(8),
            { socket, body in
                var connection: HTTPConnection? = try HTTPConnection(path: socket)
                try connection?.send("POST", "/v1/chat/completions", body: body)
                while try !EngineSlots.isBusy(engine) { usleep(1000) }
                // Into the prompt, which takes seconds.
                usleep(300_000)
                let start = Clock.seconds
                withExtendedLifetime(connection) {}
                connection = nil
                return try EngineSlots.waitUntilIdle(engine) - start
            }, rules: 75)
        return [
            row("cancel_answer", "hang-up in an answer until the slot is idle, p99", answers),
            row("cancel_prompt", "hang-up in a prompt of 1,600 tokens until the slot is idle, p99", prompts),
        ]
    }

    private static func row(_ key: String, _ name: String, _ times: [Bool: [Double]]) -> Row {
        let (ours, direct) = (Sample(times[false] ?? []), Sample(times[true] ?? []))
        return Row(
            key: key, name: name, figure: ours.quantile(0.99), unit: "ms", baseline: direct.quantile(0.99), beside: "same engine directly",
            goal: .atMost(100), rounds: ours.sorted.count, spread: [ours.quartiles.lowerBound, ours.quartiles.upperBound],
            details: ["holdfast_median_ms": ours.median, "direct_median_ms": direct.median])
    }
}
