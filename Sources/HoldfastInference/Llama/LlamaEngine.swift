import HoldfastCore
import HoldfastHTTP
import NIOCore
import NIOHTTP1
import Synchronization

/// A running llama-server with one model.
public final class LlamaEngine: Engine {
    public let model: LoadableModel
    public var pid: Int32 { process.pid }
    public var memoryUse: MemoryUse? { process.report?.memory }
    let process: any EngineProcess
    private let folder: EngineFolder
    private let settings: EngineSettings
    private let clock: any EngineClock
    private let client: UnixHTTPClient
    private let slots: SlotPool
    /// Nil when nothing is kept of what is computed.
    let prefixes: EnginePrefixes?
    private let state = Mutex(State())

    private struct State {
        /// Frames of all requests: a sign of progress.
        var frames: UInt64 = 0
        var stalled = false
        var stopping = false
    }

    /// For a process that serves already.
    init(
        model: LoadableModel, process: any EngineProcess, folder: EngineFolder, settings: EngineSettings, client: UnixHTTPClient,
        clock: any EngineClock, prefixes: (SlotPool) -> EnginePrefixes? = { _ in nil }
    ) {
        self.model = model
        self.process = process
        self.folder = folder
        self.settings = settings
        self.client = client
        self.clock = clock
        let slots = SlotPool(slots: settings.slots, bounds: settings.queue, clock: clock)
        self.slots = slots
        self.prefixes = prefixes(slots)
        Task { [weak self, process, folder] in
            _ = await process.wait()
            folder.remove()
            self?.closeAfterExit()
        }
        Task { [weak self] in
            var watch = ProgressWatch(now: clock.now, stall: settings.stall)
            var silence = ProgressWatch(now: clock.now, stall: settings.silence / 2)
            while (try? await clock.sleep(for: settings.stall / 8)) != nil {
                guard let self, self.isToBeWatched(&watch), await self.isHeard(&silence) else { return }
            }
        }
    }

    public func generate(_ request: GenerationRequest, for terms: RequestTerms) async throws -> GenerationStream {
        let tenant = terms.tenant
        let checked = GenerationRequest(request.prompt, sampling: try request.sampling.checked(), format: request.format)
        let lease = SlotLease(
            slot: try await slots.acquire(tenant: tenant, priority: terms.priority, cost: RequestCost.estimate(checked)), tenant: tenant,
            pool: slots, clock: clock,
            waitUntilIdle: { [weak self] slot in await self?.waitUntilIdle(slot: slot) })
        do {
            let visit = prefixes.map { SlotVisit(prefixes: $0, slot: lease.slot, prompt: checked.prompt, tenant: tenant) }
            let mayReuse = await visit?.enter() ?? lease.slot.mayReuse
            let question = LlamaRequest(checked, slot: lease.slot.id, mayReuse: mayReuse)
            let response = try await client.send(
                .POST, question.path, headers: ["Content-Type": "application/json"], body: .bytes(try question.body()))
            guard response.status == .ok else {
                throw LlamaFailure.answer(response.status, try await response.collect(upTo: 64 << 10), to: checked)
            }
            lease.begin()
            return GenerationStream { [self] in
                let reader = LlamaReader(response.body, lease: lease, engine: self, visit: visit)
                return { try await reader.next() }
            }
        } catch {
            lease.giveUp()
            if let error = error as? HoldfastError, error.cause is UnixHTTPFailure { throw await explain(error) }
            throw error
        }
    }

    public func countPrompt(of request: GenerationRequest) async throws -> Int {
        do {
            return try await LlamaTokens(socketPath: folder.socketPath, limit: settings.stall).count(request.prompt)
        } catch let error as HoldfastError where error.cause is UnixHTTPFailure {
            throw await explain(error)
        }
    }

    public func status() async -> EngineStatus {
        let counts = slots.counts
        return EngineStatus(
            slots: counts.slots, busySlots: counts.busy, waiting: counts.waiting, contextLength: settings.context(for: model),
            residentBytes: process.report?.memory.residentBytes ?? 0, tuning: settings.tunedFor == nil ? nil : settings.tuning,
            pieces: state.withLock { $0.frames }, tenants: slots.tenants)
    }

    public func exited() async -> EngineExit {
        let reason = await process.wait()
        return EngineExit(
            reason: reason, stderrTail: process.stderrTail(), wasAsked: state.withLock { $0.stopping }, cause: process.exitCause)
    }

    public func stop(drain: Duration, grace: Duration) async {
        state.withLock { $0.stopping = true }
        slots.close(HoldfastError(.engineBusy, "The model is being unloaded.", hint: "try again: the next request loads it", retryAfter: 1))
        let deadline = clock.now + drain
        while slots.counts.busy > 0, process.exitReason == nil, clock.now < deadline {
            guard (try? await clock.sleep(for: .milliseconds(20))) != nil else { break }
        }
        // What is new is saved before it goes; where somebody still waits for an answer, only what a second is enough for.
        let saving: Duration = slots.counts.busy > 0 ? .seconds(1) : .seconds(20)
        if process.exitReason == nil {
            // On its own: whoever asked for the end may have gone.
            await Task { [prefixes] in await prefixes?.saveBeforeEnd(within: saving) }.value
        }
        _ = await process.terminate(grace: grace)
        folder.remove()
    }

    /// Computes a prompt that everybody may gain from, and keeps it.
    /// - Returns: its tokens; nil when it could not be kept.
    /// - Throws: what ``generate(_:for:)`` throws.
    func pin(_ pin: PinnedPrompt) async throws -> Int? {
        guard let prefixes else { return nil }
        var request = GenerationRequest(pin.prompt)
        request.sampling.maxTokens = 1
        request.sampling.temperature = 0
        _ = try await generate(request, for: RequestTerms(tenant: PrefixOwner.pinningTenant, priority: .batch)).collect()
        return await prefixes.savePinned(pin)
    }

    // MARK: Progress and failure

    func noteProgress() { state.withLock { $0.frames &+= 1 } }

    /// The stream ended, and its end was not among what it said.
    func brokenOff() -> HoldfastError {
        HoldfastError(.engineFailed, "The engine broke off its answer.", cause: UnixHTTPFailure.endOfStream(client.socketPath))
    }

    /// Why the connection broke: an engine's death shows there first, and in its exit a moment later.
    func explain(_ error: HoldfastError) async -> HoldfastError {
        for _ in 0..<50 where process.exitReason == nil {
            guard (try? await clock.sleep(for: .milliseconds(2))) != nil else { break }
        }
        if state.withLock({ $0.stalled }) {
            return LlamaFailure.stalled(model.name, after: settings.stall, "answering", stderrTail: process.stderrTail())
        }
        if state.withLock({ $0.stopping }) { return LlamaFailure.ended(model.name) }
        if process.exitReason != nil { return LlamaFailure.exited(model.name, process) }
        return error
    }

    private func closeAfterExit() {
        slots.close(LlamaFailure.exited(model.name, process))
    }

    /// While requests are under way, an engine must send frames or use processor time; one that does neither for too long is killed.
    private func isToBeWatched(_ watch: inout ProgressWatch) -> Bool {
        guard process.exitReason == nil else { return false }
        guard watch.isStalled(now: clock.now, signs: process.signsOfWork + signsOfAnswers) else { return true }
        killStalled()
        return false
    }

    /// An engine computes for everybody in one loop. When no frame has come for long, the loop is asked for a sign: it gives one between two
    /// pieces of a prompt, and none while it is caught in a single request.
    private func isHeard(_ silence: inout ProgressWatch) async -> Bool {
        guard silence.isStalled(now: clock.now, signs: signsOfAnswers) else { return true }
        if (try? await LlamaSlots.isBusy(0, client, within: settings.silence / 2)) != nil {
            silence = ProgressWatch(now: clock.now, stall: settings.silence / 2)
            return true
        }
        guard process.exitReason == nil else { return false }
        killStalled()
        return false
    }

    private var signsOfAnswers: [UInt64?] {
        // Idle is not stalled: an idle engine's signs change with the clock.
        [state.withLock { $0.frames }, slots.counts.busy == 0 ? UInt64(max(0, clock.now.inSeconds * 1000)) : nil]
    }

    private func killStalled() {
        state.withLock { $0.stalled = true }
        process.kill()
    }

    /// After a hang-up: until the engine says that it works on the slot no more, or is gone. One that never says so is ended, or the slot would
    /// be lost for as long as it lives.
    private func waitUntilIdle(slot: Int) async {
        var pause = Duration.milliseconds(5)
        let deadline = clock.now + settings.silence
        while process.exitReason == nil {
            if let isBusy = try? await LlamaSlots.isBusy(slot, client, within: settings.silence), !isBusy { return }
            guard clock.now < deadline else { return killStalled() }
            guard (try? await clock.sleep(for: pause)) != nil else { return }
            pause = min(pause * 2, .milliseconds(100))
        }
    }
}
