import HoldfastTestSupport

/// One subject that keeps asking this and that until the time is over.
struct SoakClient: Sendable {
    let node: TestNode
    let ledger: SoakLedger
    /// Its own socket.
    let socket: String
    let models: [SoakModel]
    let seed: UInt64
    let deadline: ContinuousClock.Instant

    private static let manuals = (0..<3).map { book in
        "Manual \(book). "
            + (0..<14).map { "Rule \($0): valve \($0 * 7 + book) must be closed before pump \($0 * 3) starts." }.joined(separator: " ")
    }

    func run() async {
        var random = SplitMix64(seed: seed)
        while ContinuousClock.now < deadline {
            do { try await step(&random) } catch { await ledger.noteSurprise("\(socket): \(error)") }
        }
    }

    private func step(_ random: inout SplitMix64) async throws {
        let model = models[Int.random(in: 0..<models.count, using: &random)]
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<45: try await ask(model, stream: true, &random)
        case 45..<65: try await ask(model, stream: false, &random)
        case 65..<77: try await ask(model, stream: true, hangUpAfter: Int.random(in: 1...6, using: &random), &random)
        case 77..<83: try await hangUpEarly(model, &random)
        case 83..<88: try await burst(model, &random)
        case 88..<92: try await wrong(model, &random)
        case 92..<96: try await administer(model, &random)
        default: _ = try await node.get(socket, "/v1/models")
        }
    }

    private func body(_ model: SoakModel, stream: Bool, _ random: inout SplitMix64) -> JSONValue {
        let manual = Self.manuals[Int.random(in: 0..<Self.manuals.count, using: &random)]
        let words = Bool.random(using: &random) ? manual : "Story \(Int.random(in: 0..<1_000_000, using: &random))."
        var body: [String: JSONValue] = [
            "model": .string(model.names[Int.random(in: 0..<model.names.count, using: &random)]), "temperature": 0, "stream": .bool(stream),
            "max_tokens": .integer(Int64.random(in: 1...24, using: &random)),
        ]
        if model.isChat {
            body["messages"] = [["role": "system", "content": .string(words)], ["role": "user", "content": "What comes next?"]]
        } else {
            body["prompt"] = .string(words + " And then")
        }
        let priorities: [JSONValue?] = [nil, nil, "interactive", "normal", "batch"]
        if let priority = priorities[Int.random(in: 0..<5, using: &random)] { body["priority"] = priority }
        let keeps: [JSONValue?] = [nil, nil, nil, 0, "20s", "5m"]
        if let keep = keeps[Int.random(in: 0..<6, using: &random)] { body["keep_alive"] = keep }
        return .object(body)
    }

    private func ask(_ model: SoakModel, stream: Bool, hangUpAfter: Int? = nil, _ random: inout SplitMix64) async throws {
        let heard = try await HeardAnswer.of(
            socket, body(model, stream: stream, &random), path: model.path, hangUpAfter: hangUpAfter, patience: 900)
        await ledger.note(heard, "\(model.names[0])")
    }

    /// Before an answer can have begun, or just then.
    private func hangUpEarly(_ model: SoakModel, _ random: inout SplitMix64) async throws {
        let request = HTTPCall.bytes("POST", model.path, body: Array(body(model, stream: Bool.random(using: &random), &random).text.utf8))
        let connection = try RawSocket(socket)
        await ledger.noteEarlyHangUp()
        connection.send(request)
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...400, using: &random)))
        withExtendedLifetime(connection) {}
    }

    /// More at once than a subject may have waiting.
    private func burst(_ model: SoakModel, _ random: inout SplitMix64) async throws {
        let bodies = (0..<16).map { _ in body(model, stream: false, &random) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for body in bodies {
                group.addTask {
                    await ledger.note(try await HeardAnswer.of(socket, body, path: model.path, patience: 900), "burst of \(model.names[0])")
                }
            }
            try await group.waitForAll()
        }
    }

    private func wrong(_ model: SoakModel, _ random: inout SplitMix64) async throws {
        guard case .object(var body) = body(model, stream: false, &random) else { return }
        switch Int.random(in: 0..<3, using: &random) {
        case 0: body["temperature"] = "hot"
        case 1: body["model"] = "nobody"
        default:
            let much = JSONValue.string(String(repeating: "tide ", count: 6000))
            if model.isChat { body["messages"] = [["role": "user", "content": much]] } else { body["prompt"] = much }
        }
        await ledger.note(try await HeardAnswer.of(socket, .object(body), path: model.path, patience: 900), "a wrong request")
    }

    private func administer(_ model: SoakModel, _ random: inout SplitMix64) async throws {
        let action = ["load", "unload", "unload"][Int.random(in: 0..<3, using: &random)]
        // A load waits for its turn, as any request does.
        let (admin, request) = (node.admin, HTTPCall.bytes("POST", "/holdfast/v1/models/\(model.names[0])/\(action)", body: []))
        let answer = try await blocking { try HTTPCall.answer(RawSocket(admin, timeoutSeconds: 900), request) }
        if answer.status != 200, !["insufficient_memory", "shutting_down", "queue_full", "engine_busy"].contains(answer.code) {
            await ledger.noteSurprise("\(action) \(model.names[0]): \(answer.status) \(answer.text)")
        }
    }
}

/// A model of the soak and what it may be called.
struct SoakModel: Sendable {
    let names: [String]
    let isChat: Bool

    var path: String { isChat ? "/v1/chat/completions" : "/v1/completions" }
}
