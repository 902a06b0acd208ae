/// 1, 4 and 16 streams at a time with prompts of 20 to 700 tokens that nobody has computed before: through Holdfast, and from the same engine
/// process directly.
enum MixedStreams {
    private static let slots = 16
    private static let tokens = 48
    private static let rules = [1, 32, 6, 16]

    static func run(_ context: BenchContext) async throws -> [Row] {
        // Nothing is to be saved in the time that is the other side's.
        let node = try context.node(environment: [
            "HOLDFAST_ENGINE_SLOTS": String(slots), "HOLDFAST_ENGINE_CONTEXT": "1024", "HOLDFAST_PREFIX_CACHE_BYTES": "0",
        ])
        try node.holdfast("model", "add", try context.demoModel(), "--name", "bench")
        try node.holdfast("model", "load", "bench")
        let (ours, engine) = (node.apiSocket, try node.engineSocket())
        var book = 0

        func round(_ streams: Int, _ number: Int, direct: Bool) throws -> (rate: Double, firstTokens: [Double]) {
            // Both sides get the same lengths, and each prompt a number of its own.
            book += streams
            let first = book
            let start = Clock.seconds
            let answers = try inParallel(streams) { stream in
                let prompt = Prompts.rules(rules[(number + stream) % rules.count], book: 1000 + first + stream)
                let answer =
                    direct
                    ? try StreamedAnswer(socket: engine, body: ChatRequest.engine(prompt, tokens: tokens, slot: stream))
                    : try StreamedAnswer(socket: ours, body: ChatRequest.holdfast(prompt, tokens: tokens))
                return (answer.firstToken, answer.completionTokens)
            }
            return (Double(answers.map(\.1).reduce(0, +)) / (Clock.seconds - start), answers.map(\.0))
        }

        var rows: [Row] = []
        for (streams, usual) in [(1, 16), (4, 8), (16, 5)] {
            var pairs: [(ours: Double, baseline: Double)] = []
            var added: [Double] = []
            for number in 0..<context.rounds(usual) {
                var sides: [Bool: (rate: Double, firstTokens: [Double])] = [:]
                for direct in number % 2 == 0 ? [true, false] : [false, true] { sides[direct] = try round(streams, number, direct: direct) }
                guard let with = sides[false], let without = sides[true] else { continue }
                pairs.append((with.rate, without.rate))
                added.append((Sample(with.firstTokens).median - Sample(without.firstTokens).median) * 1000)
            }
            let name = "\(streams) stream\(streams == 1 ? "" : "s"), mixed prompts"
            rows.append(
                .pairs("mixed_\(streams)", "tokens per second, \(name)", unit: "t/s", beside: "same engine directly", pairs, goal: 0.99))
            var first = Row.single("mixed_\(streams)_first_token", "added time to first token, \(name)", unit: "ms", added)
            first.beside = "same engine directly"
            rows.append(first)
        }
        return rows
    }
}
