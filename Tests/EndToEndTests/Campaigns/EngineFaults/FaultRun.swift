import Glibc
import HoldfastTestSupport
import Testing

/// Carries out one trial, and holds what was heard against what was expected and against the audit trail.
struct FaultRun: Sendable {
    let bench: FaultBench
    let trial: FaultTrial
    let victim: FaultBench.Model
    let comment: String

    private var node: TestNode { bench.node }

    /// Long enough to be worth keeping as a prefix.
    private var words: String {
        trial.mark + (0..<6).map { " Rule \($0): valve \($0 * 7) must be closed before pump \($0 * 3) starts." }.joined()
    }

    func run() async throws {
        if trial.stage == .restore {
            let first = try await bench.heard(victim, words)
            #expect(first.isWhole, "\(first); \(comment)")
        }
        if trial.beforeLoad { _ = try await node.post(node.admin, "/holdfast/v1/models/\(victim.name)/unload") } else { try await load() }
        let proxy: FaultProxy
        let heard: HeardAnswer
        var sibling: HeardAnswer?
        if trial.beforeLoad {
            async let asked = bench.heard(victim, words, stream: trial.streams)
            proxy = try await FaultProxy.attach(runtime: node.runtime, digest: victim.digest)
            strikeEarly(proxy)
            heard = try await asked
        } else {
            proxy = try await FaultProxy.attach(runtime: node.runtime, digest: victim.digest)
            proxy.arm(trial.plan)
            async let asked = bench.heard(
                victim, words, stream: trial.streams, hangUpAfter: trial.stage == .cancel ? trial.depth : nil)
            async let beside = bench.heard(victim, "somebody else")
            (heard, sibling) = (try await asked, try await beside)
        }
        defer { proxy.detach() }
        let struck = ContinuousClock.now
        judge(heard, wasStruck: proxy.strikes > 0)
        if let sibling { judge(sibling: sibling) }
        try await checkTrail(heard)
        if trial.stage == .save || trial.stage == .eviction { try await afterwards(proxy) }
        await bench.count("strikes", Int64(proxy.strikes))
        proxy.disarm()
        try await recover()
        await bench.recovered(after: ContinuousClock.now - struck)
    }

    private func load() async throws {
        try await eventually("\(victim.name) is loaded; \(comment)") {
            try await node.post(node.admin, "/holdfast/v1/models/\(victim.name)/load").status == 200
        }
    }

    /// The engine loads: its process is hit, or what it says of its health, or of what is put into its slot before the prompt.
    private func strikeEarly(_ proxy: FaultProxy) {
        if trial.stage == .starting, trial.fault.hitsProcess {
            kill(proxy.engine, trial.fault == .kill ? SIGKILL : SIGSTOP)
        } else {
            proxy.arm(trial.plan)
        }
    }

    // MARK: Judging

    /// - Parameter wasStruck: the moment came; an answer can be shorter than where it was to be hit.
    private func judge(_ heard: HeardAnswer, wasStruck: Bool) {
        #expect(heard.fault == nil, "\(heard); \(comment)")
        guard trial.stage != .cancel || heard.isWhole || heard.error != nil else { return }
        #expect(heard.isWhole != (heard.error != nil), "\(heard); \(comment)")
        switch trial.expected {
        case .whole: #expect(heard.isWhole && !heard.text.isEmpty, "must not fail: \(heard); \(comment)")
        case .failed: #expect(heard.error != nil || !wasStruck, "must fail: \(heard); \(comment)")
        case .either: break
        }
        guard let error = heard.error else { return }
        #expect(
            ["engine_failed", "engine_stalled"].contains(heard.code) && error["message"].string?.isEmpty == false,
            "no clear error: \(heard); \(comment)")
        #expect(heard.status == 200 || heard.status == (heard.code == "engine_stalled" ? 504 : 502), "\(heard); \(comment)")
    }

    /// In the other slot of the same engine: it fails with the process, and with nothing less.
    private func judge(sibling: HeardAnswer) {
        #expect(sibling.fault == nil && sibling.isWhole != (sibling.error != nil), "\(sibling); \(comment)")
        // A silent answer holds the engine until it is given up, which may hit whoever is still there.
        let mayFail = trial.fault.hitsProcess || trial.fault == .silence
        #expect(sibling.isWhole || mayFail, "another slot was harmed: \(sibling); \(comment)")
    }

    private func checkTrail(_ heard: HeardAnswer) async throws {
        guard !heard.id.isEmpty else { return }
        let records = try await eventually("the outcome is recorded; \(comment)") {
            let records = try await node.records(of: heard.id)
            return records.contains { $0["phase"] == "outcome" } ? records : nil
        }
        #expect(records.compactMap { $0["phase"].string } == ["intent", "outcome"], "\(records); \(comment)")
        let outcome = records.last?["outcome"] ?? .null
        if heard.isWhole {
            #expect(outcome["result"] == "ok", "\(outcome); \(comment)")
        } else if heard.error != nil {
            #expect(outcome["result"] == "failed" && outcome["code"].string == heard.code, "\(outcome) for \(heard); \(comment)")
        } else {
            #expect(["cancelled", "failed", "ok"].contains(outcome["result"].string), "\(outcome); \(comment)")
        }
        await bench.count("heard_" + (heard.isWhole ? "whole" : heard.error != nil ? "error" : "hang_up"))
    }

    /// What was computed is saved when the engine is idle or has to go: whatever happens then, the next request is answered.
    private func afterwards(_ proxy: FaultProxy) async throws {
        if trial.stage == .eviction, let rival = bench.rival {
            let heard = try await bench.heard(rival, "your turn")
            #expect(heard.isWhole, "the other model must get its turn: \(heard); \(comment)")
            return
        }
        // A moment in which it may save; none is owed, since the prompt can be known already.
        let answer = try await bench.heard(victim, "in between")
        #expect(answer.isWhole || trial.fault.hitsProcess || trial.fault == .silence, "\(answer); \(comment)")
        _ = try? await eventually("it is saved", within: .seconds(3)) { proxy.strikes > 0 }
    }

    /// Nobody helps: the model answers again by itself.
    private func recover() async throws {
        try await eventually("\(victim.name) answers again; \(comment)") {
            let heard = try await bench.heard(victim, "again", stream: false)
            return heard.isWhole
        }
    }
}
