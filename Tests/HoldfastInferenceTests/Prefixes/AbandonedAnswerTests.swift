import Foundation
import HoldfastCore
import HoldfastTestSupport
import Synchronization
import Testing

@testable import HoldfastInference

/// The client went in the middle of its answer: the prompt is computed, and would be wanted again.
struct AbandonedAnswerTests {
    private let folder: String
    private let rules = String(repeating: "The harbour master decides. ", count: 60)

    init() throws { folder = try TemporaryFolder.make() }

    private func chat(_ question: String) -> GenerationRequest.Prompt { .messages([.init(.system, rules), .init(.user, question)]) }

    private func abandon(_ run: FakeRun, _ prompt: GenerationRequest.Prompt, _ tenant: String, answer: String = "Aye") async throws {
        let slot = try await run.pool.acquire(tenant: tenant)
        let mayReuse = await run.prefixes.enter(slot, prompt, tenant: tenant)
        _ = run.engine.compute(prompt, slot: slot.id, mayReuse: mayReuse)
        run.prefixes.abandon(slot.id, prompt, answer: answer, tenant: tenant)
        // The engine has not noticed yet: nothing is taken from a slot at work.
        await run.prefixes.saveBeforeEnd()
        #expect(run.store.entries.isEmpty)
        run.pool.release(slot, tenant: tenant, leaving: .ownPrefix, after: .zero)
    }

    @Test("Its prompt is saved, and found by the same tenant alone")
    func saved() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = try FakeRun(folder)
        try await abandon(first, chat("one?"), "a")
        await first.prefixes.saveBeforeEnd()
        #expect(first.store.entries.count == 1)
        let second = try FakeRun(folder)
        #expect(try await second.ask(chat("two?"), "b").cached < 40)
        #expect(try await second.ask(chat("two?"), "a").cached >= rules.utf8.count)
    }

    @Test("Short prompts are not saved, nor what might not fit with all that can have been said; a forgotten tenant's is not kept")
    func notSaved() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = try FakeRun(folder)
        try await abandon(run, .text("hello"), "a")
        await run.prefixes.saveBeforeEnd()
        var settings = PrefixSettings.test
        settings.maximumEntryBytes = 2 << 20
        let small = try FakeRun(folder, settings: settings)
        try await abandon(small, chat("one?"), "a", answer: String(repeating: "x", count: 100_000))
        await small.prefixes.saveBeforeEnd()
        #expect(run.store.entries.isEmpty && small.engine.state.withLock { $0.saves } == 0)
        let slot = try await run.pool.acquire(tenant: "c")
        _ = run.engine.compute(chat("x"), slot: slot.id, mayReuse: false)
        _ = await run.prefixes.erase(tenant: "c")
        run.prefixes.abandon(slot.id, chat("x"), answer: "", tenant: "c")
        run.pool.release(slot, tenant: "c", leaving: .ownPrefix, after: .zero)
        await run.prefixes.saveBeforeEnd()
        #expect(run.store.entries.isEmpty)
    }
}
