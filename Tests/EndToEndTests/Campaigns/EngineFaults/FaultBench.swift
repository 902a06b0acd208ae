import Foundation
import Glibc
import HoldfastTestSupport
import Testing

/// A node with models to strike, one whose answers must not change meanwhile, and what must hold after every round.
actor FaultBench {
    struct Model: Sendable {
        let name: String
        let digest: String
        let isChat: Bool

        init(_ name: String, _ added: JSONValue, isChat: Bool = true) throws {
            guard let digest = added["model"]["digest"].string else { throw TestFailure("no digest: \(added)") }
            self.name = name
            self.digest = String(digest.dropFirst(7))
            self.isChat = isChat
        }

        var path: String { isChat ? "/v1/chat/completions" : "/v1/completions" }
    }

    let node: TestNode
    let bystander: Model
    /// A model that does not fit beside a victim; nil where nothing is evicted.
    let rival: Model?
    private var reference = ""
    private var figures: [String: Int64] = [:]
    private var slowestRecovery = Duration.zero

    init(node: TestNode, bystander: Model, rival: Model? = nil) {
        self.node = node
        self.bystander = bystander
        self.rival = rival
    }

    func count(_ key: String, _ more: Int64 = 1) { figures[key, default: 0] += more }

    func recovered(after time: Duration) { slowestRecovery = max(slowestRecovery, time) }

    func figures(seed: UInt64) -> [String: JSONValue] {
        var all = figures.mapValues { JSONValue.integer($0) }
        all["seed"] = .string(String(seed))
        all["slowest_recovery_ms"] = .integer(Int64(slowestRecovery / .milliseconds(1)))
        return all
    }

    /// A budget in which the bystander and one of the other two fit. Starts the node again.
    func limitMemory(beside model: Model) async throws {
        var sizes: [String: Int64] = [:]
        for model in [model, rival, bystander].compactMap({ $0 }) {
            _ = try await heard(model, "hello", stream: false)
            for engine in try await node.engines() { sizes[engine["name"].string ?? "?"] = engine["reserved_bytes"].integer }
        }
        let most = sizes.values.reduce(0, +) - (sizes.values.min() ?? 0) / 2
        try await node.stop()
        try await node.start(extra: ["HOLDFAST_MEMORY_BUDGET": "\(most >> 20)MiB"])
    }

    func heard(_ model: Model, _ words: String, stream: Bool = true, hangUpAfter: Int? = nil) async throws -> HeardAnswer {
        let most = 60
        let body: JSONValue =
            model.isChat
            ? TestNode.chatBody(model.name, words, maxTokens: most, stream: stream)
            : [
                "model": .string(model.name), "prompt": .string(words), "max_tokens": .integer(Int64(most)), "temperature": 0,
                "stream": .bool(stream),
            ]
        return try await HeardAnswer.of(node.api, body, path: model.path, hangUpAfter: hangUpAfter)
    }

    // MARK: Rounds

    /// As many trials at a time as there are victims, each with a model of its own.
    func run(_ trials: [FaultTrial], on victims: [Model], seed: UInt64) async throws {
        for _ in 0..<2 { reference = try await heard(bystander, Self.bystanderWords).text }
        #expect(reference.utf8.count > 20)
        let accounts = NodeAccounts(node: node)
        let descriptors = try accounts.openDescriptors()
        for start in stride(from: 0, to: trials.count, by: victims.count) {
            let round = Array(zip(trials[start...], victims))
            let comment = "\(round.map(\.0)), HOLDFAST_CAMPAIGN_SEED=\(seed)"
            let isOver = Mutexed(false)
            async let others: Int = beside(isOver, comment)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (trial, victim) in round {
                    group.addTask {
                        let trial = FaultRun(bench: self, trial: trial, victim: victim, comment: "\(trial), HOLDFAST_CAMPAIGN_SEED=\(seed)")
                        try await trial.run()
                    }
                }
                do { try await group.waitForAll() } catch { throw TestFailure("\(error); \(comment)") }
            }
            isOver.with { $0 = true }
            count("bystander_streams", Int64(try await others))
            try await accounts.checkNobodyIsServed(comment)
            for model in victims + [rival].compactMap({ $0 }) {
                let answer = try await node.post(node.admin, "/holdfast/v1/models/\(model.name)/unload")
                #expect(answer.status == 200, "\(answer.text); \(comment)")
            }
            try await accounts.checkOnlyOneIsLeft(bystander.digest, comment)
            count("trials", Int64(round.count))
        }
        #expect(try await node.cli("audit", "verify").status == 0)
        let open = try await accounts.openIntents()
        #expect(open.isEmpty, "\(open)")
        let now = try accounts.openDescriptors()
        #expect(now <= descriptors + 4, "file descriptors: \(descriptors) before, \(now) after")
        count("audit_records", try await node.status()["audit"]["records"].integer ?? 0)
    }

    static let bystanderWords = "Valves are opened in the morning, before the pumps are started. The first of them"

    /// Streams of another model, one after the other, until the round is over.
    private func beside(_ isOver: Mutexed<Bool>, _ comment: String) async throws -> Int {
        var streams = 0
        repeat {
            let heard = try await heard(bystander, Self.bystanderWords)
            #expect(heard.isWhole && heard.text == reference, "another model's stream was harmed: \(heard); \(comment)")
            streams += 1
        } while !isOver.with { $0 }
        return streams
    }
}
