import Foundation
import HoldfastCore
import HoldfastTestSupport
import Synchronization
import Testing

@testable import HoldfastInference

struct EnginePrefixesTests {
    private let folder: String
    private let rules = String(repeating: "The harbour master decides. ", count: 60)

    init() throws { folder = try TemporaryFolder.make() }

    private func remove() { try? FileManager.default.removeItem(atPath: folder) }

    private func chat(_ question: String, system: String? = nil) -> GenerationRequest.Prompt {
        .messages([.init(.system, system ?? rules), .init(.user, question)])
    }

    @Test("Saved at the end, found by the next engine: only what is new is computed, and no text was rendered to find it")
    func acrossRuns() async throws {
        defer { remove() }
        let first = try FakeRun(folder)
        #expect(try await first.ask(chat("one?"), "a").cached == 0)
        await first.prefixes.saveBeforeEnd()
        let second = try FakeRun(folder)
        let usage = try await second.ask(chat("two?"), "a")
        #expect(usage.cached >= rules.utf8.count && second.engine.state.withLock { $0.renderings } == 0)
        // Free when warm: the slot holds it by now.
        _ = try await second.ask(chat("three?"), "a")
        #expect(second.engine.state.withLock { $0.restores } == 1)
        #expect(FolderNames.list(second.engine.folder).isEmpty, "no slot file stays in the scratch")
    }

    @Test("Nobody gains from another's entry, whatever is asked and in whatever slot; the own tenant does")
    func tenants() async throws {
        defer { remove() }
        var random = SplitMix64(seed: 41)
        for _ in 0..<5 {
            let run = try FakeRun(folder, slots: Int.random(in: 1...3, using: &random))
            for step in 0..<4 {
                let tenant = ["a", "b"].randomElement(using: &random)!
                let system = "tenant \(tenant) of run \(UInt32.random(in: 0 ... .max, using: &random)) " + rules
                // The other asks for the very same words.
                let secret = chat("secret \(step)?", system: system)
                try await run.ask(secret, tenant)
                await run.prefixes.saveAll()
                let other = tenant == "a" ? "b" : "a"
                // What it asked itself begins with the same few words.
                #expect(try await run.ask(secret, other).cached < 40)
                let next = try FakeRun(folder)
                #expect(try await next.ask(secret, "c").cached == 0)
                #expect(next.engine.state.withLock { $0.restores } == 0)
                #expect(try await next.ask(chat("again?", system: system), tenant).cached > rules.utf8.count)
            }
        }
    }

    @Test("Another engine, model or setting finds nothing")
    func scopes() async throws {
        defer { remove() }
        let first = try FakeRun(folder)
        try await first.ask(chat("one?"), "a")
        await first.prefixes.saveBeforeEnd()
        for scope in [
            PrefixScope(model: "n", engine: "e", version: "1", arguments: []),
            PrefixScope(model: "m", engine: "f", version: "1", arguments: []),
            PrefixScope(model: "m", engine: "e", version: "2", arguments: []),
            PrefixScope(model: "m", engine: "e", version: "1", arguments: ["--ctx-size", "8"]),
        ] {
            #expect(try await FakeRun(folder, scope: scope).ask(chat("two?"), "a").cached == 0)
        }
        #expect(try await FakeRun(folder).ask(chat("two?"), "a").cached > 0)
    }

    @Test("The same words as a text are found by their tokens")
    func byTokens() async throws {
        defer { remove() }
        let first = try FakeRun(folder)
        try await first.ask(chat("one?"), "a")
        await first.prefixes.saveBeforeEnd()
        let second = try FakeRun(folder)
        let text = GenerationRequest.Prompt.text(FakeSlotEngine.text(chat("two?")))
        #expect(try await second.ask(text, "a").cached >= rules.utf8.count)
        #expect(second.engine.state.withLock { $0.renderings } == 1)
        #expect(try await FakeRun(folder).ask(text, "b").cached == 0)
    }

    @Test("What is new is saved when the engine has been idle, and not while somebody is at work")
    func idle() async throws {
        defer { remove() }
        let run = try FakeRun(folder)
        try await run.ask(chat("one?"), "a")
        try await eventually { run.clock.sleepers == 1 }
        let busy = try await run.pool.acquire(tenant: "b")
        await run.prefixes.saveAll()
        #expect(run.store.entries.isEmpty)
        run.pool.release(busy, tenant: "b", leaving: .unknown, after: .zero)
        run.clock.wakeAll()
        try await eventually { run.store.entries.count == 1 }
        // Nothing new: nothing is written again.
        await run.prefixes.saveAll()
        try await run.ask(chat("two?"), "a")
        await run.prefixes.saveAll()
        #expect(run.engine.state.withLock { $0.saves } == 1, "nine tenths of it are saved already")
    }

    @Test("A conversation's next turn replaces the earlier one, answer included")
    func turns() async throws {
        defer { remove() }
        let run = try FakeRun(folder)
        let answer = String(repeating: "Aye. ", count: 100)
        try await run.ask(chat("one?"), "a", answer: answer)
        await run.prefixes.saveAll()
        let longer = GenerationRequest.Prompt.messages(
            [.init(.system, rules), .init(.user, "one?"), .init(.assistant, answer), .init(.user, rules)])
        try await run.ask(longer, "a")
        await run.prefixes.saveAll()
        #expect(run.store.entries.count == 1 && run.engine.state.withLock { $0.saves } == 2)
    }

    @Test("Short prompts and large ones are not saved")
    func worth() async throws {
        defer { remove() }
        let run = try FakeRun(folder)
        try await run.ask(.text("hello"), "a")
        await run.prefixes.saveBeforeEnd()
        #expect(run.engine.state.withLock { $0.saves } == 0)
        var settings = PrefixSettings.test
        settings.maximumEntryBytes = 1000
        let tight = try FakeRun(folder, settings: settings)
        try await tight.ask(chat("one?"), "a")
        await tight.prefixes.saveBeforeEnd()
        #expect(tight.engine.state.withLock { $0.saves } == 0)
    }

    @Test("An engine that says it restored and did not is found out at the first use, and not asked again")
    func restoresNothing() async throws {
        defer { remove() }
        let first = try FakeRun(folder)
        try await first.ask(chat("one?"), "a")
        await first.prefixes.saveBeforeEnd()
        let second = try FakeRun(folder)
        second.engine.state.withLock { $0.restoresNothing = true }
        #expect(try await second.ask(chat("two?"), "a").cached == 0)
        try await eventually { second.store.isBarren(PrefixIndexTests.scope) }
        #expect(second.store.entries.isEmpty)
        try await second.ask(chat("three?", system: "Another. " + rules), "a")
        await second.prefixes.saveBeforeEnd()
        let third = try FakeRun(folder)
        _ = try await third.ask(chat("four?"), "a")
        #expect(second.engine.state.withLock { $0.saves } == 0 && third.engine.state.withLock { $0.restores } == 0)
    }

    @Test("A forgotten tenant's slots and entries are gone, a slot at work as soon as its request ends; others' stay")
    func forgetting() async throws {
        defer { remove() }
        let run = try FakeRun(folder)
        let secret = chat("a's secret?", system: "a. " + rules)
        try await run.ask(secret, "a")
        try await run.ask(chat("b's?"), "b")
        await run.prefixes.saveAll()
        #expect(run.store.entries.count == 2)
        let slot = try await run.pool.acquire(tenant: "a")
        let erasure = await run.prefixes.erase(tenant: "a")
        #expect(erasure.slots == 0 && erasure.busySlots == 1)
        _ = run.store.erase { $0.owner == .tenant("a") }
        _ = run.engine.compute(secret, slot: slot.id, mayReuse: true)
        run.prefixes.leave(slot.id, secret, answer: "", tenant: "a", usage: TokenUsage(prompt: 900, completion: 0, cached: 0))
        run.pool.release(slot, tenant: "a", leaving: .ownPrefix, after: .zero)
        try await eventually {
            run.clock.wakeAll()
            return run.pool.slots(of: "a").isEmpty
        }
        #expect(run.engine.state.withLock { $0.slots[slot.id] } == [])
        await run.prefixes.saveBeforeEnd()
        #expect(run.store.entries.map(\.owner) == [.tenant("b")])
        #expect(try await run.ask(secret, "a").cached == 0)
    }

    @Test("A pinned prompt serves everybody, and each keeps only what is beyond it")
    func pinned() async throws {
        defer { remove() }
        let run = try FakeRun(folder)
        let pin = PinnedPrompt(id: "0123456789ab", kind: .system, text: rules)
        try await run.ask(pin.prompt, PrefixOwner.pinningTenant)
        #expect(await run.prefixes.savePinned(pin) != nil && run.prefixes.holds(pin))
        let next = try FakeRun(folder)
        for tenant in ["a", "b"] { #expect(try await next.ask(chat("\(tenant)?"), tenant).cached >= rules.utf8.count) }
        await next.prefixes.saveBeforeEnd()
        #expect(next.store.entries.map(\.owner) == [.pinned(id: pin.id)], "what the pinned prompt covers is not saved again")
    }
}
