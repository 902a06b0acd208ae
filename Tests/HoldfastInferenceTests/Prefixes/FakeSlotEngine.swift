import Foundation
import HoldfastCore
import Synchronization

@testable import HoldfastInference

/// An engine that "computes" bytes as tokens, and counts what it had already: enough to see what the cache does and for whom.
final class FakeSlotEngine: SlotCommands {
    struct State {
        var slots: [Int: [Int32]] = [:]
        var restores = 0
        var saves = 0
        var renderings = 0
        var restoresNothing = false
    }

    let folder: String
    let state = Mutex(State())

    init(folder: String) { self.folder = folder }

    static func text(_ prompt: GenerationRequest.Prompt) -> String {
        switch prompt {
        case .text(let text): text
        case .messages(let messages): messages.map { "<\($0.role.rawValue)>\($0.content)" }.joined()
        }
    }

    func tokens(of prompt: GenerationRequest.Prompt) async throws -> [Int32] {
        state.withLock { $0.renderings += 1 }
        return Self.text(prompt).utf8.map(Int32.init)
    }

    /// What a real engine does with a request.
    func compute(_ prompt: GenerationRequest.Prompt, slot: Int, mayReuse: Bool) -> TokenUsage {
        let tokens = Self.text(prompt).utf8.map(Int32.init)
        return state.withLock { state in
            let cached = mayReuse ? zip(state.slots[slot] ?? [], tokens).prefix { $0 == $1 }.count : 0
            state.slots[slot] = tokens
            return TokenUsage(prompt: tokens.count, completion: 0, cached: min(cached, tokens.count - 1))
        }
    }

    func save(_ slot: Int, file: String) async throws -> (tokens: Int, bytes: Int64) {
        let tokens = state.withLock { state in
            state.saves += 1
            return state.slots[slot] ?? []
        }
        let bytes = tokens.flatMap { withUnsafeBytes(of: $0, Array.init) }
        try Data(bytes).write(to: URL(filePath: "\(folder)/\(file)"))
        return (tokens.count, Int64(bytes.count))
    }

    func restore(_ slot: Int, file: String) async throws -> Int {
        let data = try Data(contentsOf: URL(filePath: "\(folder)/\(file)"))
        let tokens = stride(from: 0, to: data.count, by: 4).map { Int32(data[$0]) }
        state.withLock { state in
            state.restores += 1
            state.slots[slot] = state.restoresNothing ? [] : tokens
        }
        return tokens.count
    }

    func erase(_ slot: Int) async throws { state.withLock { $0.slots[slot] = [] } }
}

/// A clock whose sleepers wake when the test says so.
final class HeldClock: EngineClock {
    private struct State {
        var sleepers: [Int: CheckedContinuation<Void, any Error>] = [:]
        var next = 0
    }
    private let state = Mutex(State())

    var now: Duration { .zero }
    var sleepers: Int { state.withLock { $0.sleepers.count } }

    func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { $0.sleepers[id] = continuation }
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    func wakeAll() {
        let sleepers = state.withLock { state in
            defer { state.sleepers = [:] }
            return state.sleepers.values
        }
        for sleeper in sleepers { sleeper.resume() }
    }

    private func cancel(_ id: Int) { state.withLock { $0.sleepers.removeValue(forKey: id) }?.resume(throwing: CancellationError()) }
}

/// One engine's run over a store that outlives it.
struct FakeRun {
    let engine: FakeSlotEngine
    let pool: SlotPool
    let clock = HeldClock()
    let prefixes: EnginePrefixes
    let store: PrefixStore

    init(_ folder: String, slots: Int = 4, scope: PrefixScope = PrefixIndexTests.scope, settings: PrefixSettings = .test) throws {
        let scratch = "\(folder)/run-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        engine = FakeSlotEngine(folder: scratch)
        pool = SlotPool(slots: slots, bounds: QueueBounds(), clock: clock)
        store = try PrefixStore(path: folder + "/prefixes", settings: settings, now: { 1 })
        let model = LoadableModel(
            digest: SHA256Digest(bytes: [UInt8](repeating: 7, count: 32))!, path: "/m", name: try ModelName(parsing: "m"),
            trainedContext: nil, cacheBytesPerToken: 4)
        prefixes = EnginePrefixes(
            scope: scope, model: model, store: store, scratch: ScratchFolder(path: scratch), folder: scratch, pool: pool, commands: engine,
            clock: clock, now: { 1 })
    }

    /// One request from its slot to its end, as `LlamaEngine` does it.
    @discardableResult func ask(_ prompt: GenerationRequest.Prompt, _ tenant: String, answer: String = "") async throws -> TokenUsage {
        let slot = try await pool.acquire(tenant: tenant)
        let mayReuse = await prefixes.enter(slot, prompt, tenant: tenant)
        let usage = engine.compute(prompt, slot: slot.id, mayReuse: mayReuse)
        prefixes.leave(slot.id, prompt, answer: answer, tenant: tenant, usage: usage)
        pool.release(slot, tenant: tenant, leaving: .ownPrefix, after: .zero)
        return usage
    }
}

extension PrefixSettings {
    static var test: PrefixSettings {
        var settings = PrefixSettings()
        settings.reservedBytes = 0
        return settings
    }
}
