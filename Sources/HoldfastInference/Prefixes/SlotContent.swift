/// What a slot of a running engine holds, as far as this daemon knows.
struct SlotContent: Sendable {
    let tenant: String
    let prompt: GenerationRequest.Prompt
    let answer: String
    /// Of prompt and answer, under the tenant's seed.
    let text: HashChain
    /// Of prompt and answer; nil where the answer was given up, and nobody counted.
    let tokens: Int?
    /// Of an answer that was given up: more tokens than these are not there beyond the prompt.
    var mostBeyondPrompt = 0
    /// Not in the store, and not known to be covered by it.
    var isUnsaved: Bool
    /// Changes with each content: what was saved may have been replaced meanwhile.
    let version: Int
}

/// One request's stay in its slot.
struct SlotVisit: Sendable {
    let prefixes: EnginePrefixes
    let slot: SlotPool.Slot
    let prompt: GenerationRequest.Prompt
    let tenant: String

    /// - Returns: whether the slot holds nothing but what this tenant may gain from.
    func enter() async -> Bool { await prefixes.enter(slot, prompt, tenant: tenant) }

    func leave(answer: String, usage: TokenUsage) { prefixes.leave(slot.id, prompt, answer: answer, tenant: tenant, usage: usage) }

    /// The prompt is computed, and nobody waits for the answer any more.
    /// - Parameter answer: what had come of it.
    func abandon(answer: String) { prefixes.abandon(slot.id, prompt, answer: answer, tenant: tenant) }
}
