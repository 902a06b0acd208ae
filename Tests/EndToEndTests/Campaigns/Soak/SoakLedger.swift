import HoldfastTestSupport

/// What the clients did and were told, to be held against the audit trail.
actor SoakLedger {
    /// Requests that were let in, by id: the trail owes an intent and an outcome for each, and what the outcome says.
    private(set) var admitted: [String: String] = [:]
    /// Answered without being let in: they are events, repeats folded into one.
    private(set) var refused = 0
    /// Hung up before a head came, so that nobody knows the id.
    private(set) var hungUpEarly = 0
    private(set) var codes: [String: Int] = [:]
    private(set) var surprises: [String] = []
    private(set) var whole = 0
    private(set) var cancelled = 0
    /// Answers that had tokens of a prefix for nothing.
    private(set) var cached = 0

    /// What may happen to a request here. Anything else is a surprise: an engine that failed among it.
    private static let known: Set<String> = [
        "queue_full", "insufficient_memory", "engine_busy", "shutting_down", "context_length_exceeded", "invalid_request",
        "model_not_found",
    ]
    private static let notLetIn: Set<String> = ["invalid_request", "model_not_found"]

    func note(_ heard: HeardAnswer, _ what: String) {
        if let fault = heard.fault { surprises.append("\(what): \(fault)") }
        if let code = heard.code {
            codes[code, default: 0] += 1
            if !Self.known.contains(code) { surprises.append("\(what): \(heard)") }
            if heard.status == 429, heard.retryAfter == nil { surprises.append("\(what): 429 without Retry-After") }
            if Self.notLetIn.contains(code) {
                refused += 1
                return
            }
        } else if heard.isWhole {
            whole += 1
            if heard.cachedTokens ?? 0 > 32 { cached += 1 }
        } else if heard.fault == nil {
            cancelled += 1
        }
        admitted[heard.id] = heard.isWhole ? "ok" : heard.error != nil ? "failed" : "any"
    }

    func noteEarlyHangUp() { hungUpEarly += 1 }

    func noteSurprise(_ text: String) { surprises.append(text) }

    /// Holds the trail's records of inference against this.
    func differences(from records: [JSONValue]) -> [String] {
        var found: [String] = []
        var intents: [String: Int] = [:]
        var outcomes: [String: [String]] = [:]
        var events = 0
        for record in records where record["op"].string?.hasPrefix("inference.") == true {
            let id = record["id"].string ?? "?"
            switch record["phase"] {
            case "intent": intents[id, default: 0] += 1
            case "outcome": outcomes[id, default: []].append(record["outcome"]["result"].string ?? "?")
            default: events += Int(record["count"].integer ?? 1)
            }
        }
        for (id, said) in admitted {
            guard intents[id] == 1, let results = outcomes[id], results.count == 1 else {
                found.append("request \(id): \(intents[id] ?? 0) intents, outcomes \(outcomes[id] ?? [])")
                continue
            }
            if said != "any", results != [said] { found.append("request \(id): heard \(said), recorded \(results)") }
        }
        for (id, count) in intents where count != 1 || outcomes[id]?.count != 1 {
            found.append("\(id): \(count) intents, \(outcomes[id]?.count ?? 0) outcomes")
        }
        for id in outcomes.keys where intents[id] == nil { found.append("\(id): an outcome without an intent") }
        let unknown = intents.count - admitted.count
        if unknown < 0 || unknown > hungUpEarly {
            found.append("\(intents.count) intents, \(admitted.count) known, \(hungUpEarly) hung up early")
        }
        if events < refused || events > refused + hungUpEarly { found.append("\(events) refusals recorded, \(refused) heard") }
        return found
    }
}
