import HoldfastTestSupport

/// One engine, one moment of one request, one fault.
struct FaultTrial: Sendable, CustomStringConvertible {
    enum Stage: String, CaseIterable, Sendable {
        case starting, health, restore, firstByte, prefill, stream, end, cancel, save, eviction
    }

    let stage: Stage
    let fault: Fault
    let streams: Bool
    /// Words in the victim's prompt, and in no other's.
    let mark: String
    let seed: UInt64
    /// How far into the answer.
    let depth: Int

    var description: String { "\(mark): \(fault.rawValue) at \(stage.rawValue)\(streams ? "" : ", whole answer")" }

    init(_ stage: Stage, _ fault: Fault, number: Int, _ random: inout SplitMix64) {
        self.stage = stage
        self.fault = fault
        streams = stage == .stream || stage == .cancel || Int.random(in: 0..<4, using: &random) > 0
        mark = "victim\(number)x"
        seed = random.next()
        depth = Int.random(in: 2..<20, using: &random)
    }

    /// Stages of a request to an engine that loads, and of one that is there.
    var beforeLoad: Bool { stage == .starting || stage == .health || stage == .restore }

    var plan: FaultPlan {
        func plan(_ moment: FaultPlan.Moment, _ path: String, words: String = "", repeats: Bool = false) -> FaultPlan {
            FaultPlan(fault, moment, path: path, words: words, repeats: repeats, seed: seed)
        }
        // A head at hand, or a request that the engine has not seen: as good as the same.
        let early: FaultPlan.Moment = seed.isMultiple(of: 2) ? .asked : .answering("HTTP/1.1", 1)
        switch stage {
        case .starting, .health: return plan(early, "/health")
        case .restore:
            return plan(early, ["action=restore", "action=restore", "/tokenize", "/apply-template"][Int(seed / 2 % 4)])
        case .firstByte: return plan(early, "/v1/", words: mark)
        case .prefill: return plan(.computing, "/v1/", words: mark)
        case .stream: return plan(.answering("data: ", depth), "/v1/", words: mark)
        case .end: return plan(.answering(seed.isMultiple(of: 3) ? "[DONE]" : "\"usage\"", 1), "/v1/", words: mark)
        // Answers that never get better would hold the slot until the engine is given up.
        case .cancel: return plan(early, "/slots", repeats: fault == .cut || fault == .slow)
        case .save, .eviction: return plan(early, ["action=save", "action=save", "/tokenize"][Int(seed / 2 % 3)])
        }
    }

    enum Verdict: Sendable { case whole, failed, either }

    /// What the victim must hear. Where the fault may come too late, or what it spoils is not the answer, either will do.
    var expected: Verdict {
        if fault == .slow { return .whole }
        switch stage {
        case .firstByte, .prefill, .stream:
            // A flipped bit may be one of the text; a lie may be one that could be true.
            return fault == .flipped ? .either : .failed
        case .health:
            // Some of these begin with 200, and say by that that it has loaded.
            return fault.hitsProcess || [.silence, .lie, .shortened, .oversized].contains(fault) ? .either : .whole
        case .restore, .save, .eviction: return fault.hitsProcess || fault == .silence ? .either : .whole
        case .starting, .end, .cancel: return .either
        }
    }
}
