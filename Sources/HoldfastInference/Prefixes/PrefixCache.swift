public import HoldfastCore
import HoldfastHTTP
import Synchronization

/// What engines of this node have computed and this node keeps, across their ends and its own.
///
/// The one door for the rest of the daemon. Where it is off, for the reason ``status`` gives, everything is computed, and nothing else changes.
public final class PrefixCache: Sendable {
    private struct Running {
        weak var engine: LlamaEngine?
    }

    public let settings: PrefixSettings
    let scratch: ScratchFolder?
    private let store: PrefixStore?
    private let off: String?
    private let pins: @Sendable (SHA256Digest) async -> [PinnedPrompt]
    private let now: @Sendable () -> Int64
    private let running = Mutex<[Running]>([])

    /// - Parameters:
    ///   - state: entries are in `STATE/prefixes`.
    ///   - runtime: `RUNTIME/scratch` is for engines' files when it is memory-backed; `/dev/shm` otherwise.
    ///   - pins: the pinned prompts of a model. Asked after each load: what a new engine or new settings made unusable is computed again.
    ///   - now: milliseconds since 1970.
    public init(
        state: String, runtime: String, settings: PrefixSettings, pins: @escaping @Sendable (SHA256Digest) async -> [PinnedPrompt],
        now: @escaping @Sendable () -> Int64
    ) {
        self.settings = settings
        self.pins = pins
        self.now = now
        let scratch = settings.maximumBytes > 0 ? ScratchFolder.find(runtime: runtime, state: state) : nil
        var off: String?
        if settings.maximumBytes == 0 {
            off = "prefix_cache.bytes is 0"
        } else if scratch == nil {
            off = "neither the runtime directory nor /dev/shm is in memory"
        }
        var store: PrefixStore?
        do {
            // Also when nothing new is kept: what is there is listed, and can be cleared.
            store = try PrefixStore(path: state + "/prefixes", settings: settings, now: now)
        } catch {
            off = off ?? "its folder in the state directory cannot be used (\(error))"
        }
        self.store = store
        self.scratch = off == nil ? scratch : nil
        self.off = off
    }

    /// Empties the scratch. After the last engine has ended.
    public func close() { scratch?.removeAll() }

    // MARK: Engines

    /// - Returns: nil when nothing is kept.
    func attach(
        _ scope: PrefixScope, _ model: LoadableModel, folder: String?, _ pool: SlotPool, _ commands: any SlotCommands,
        _ clock: any EngineClock
    ) -> EnginePrefixes? {
        guard let store, let scratch, let folder else { return nil }
        return EnginePrefixes(
            scope: scope, model: model, store: store, scratch: scratch, folder: folder, pool: pool, commands: commands, clock: clock,
            now: now)
    }

    /// A new engine: it is told of tenants that are forgotten, and computes the pinned prompts it lacks when it has nothing else to do.
    func add(_ engine: LlamaEngine) {
        running.withLock { running in
            running.removeAll { $0.engine == nil }
            running.append(Running(engine: engine))
        }
        guard engine.prefixes != nil else { return }
        Task { [pins, weak engine, idle = settings.idle] in
            guard let digest = engine?.model.digest else { return }
            for pin in await pins(digest) {
                // Whoever had the model loaded is about to ask: not before.
                while engine?.prefixes?.holds(pin) == false, (try? await Task.sleep(for: idle)) != nil {
                    guard await engine?.status().busySlots == 0 else { continue }
                    _ = try? await engine?.pin(pin)
                    break
                }
            }
        }
    }

    private var engines: [LlamaEngine] { running.withLock { $0.compactMap(\.engine) } }

    /// Computes a pinned prompt in the engine of its model, which must be loaded, and keeps it.
    /// - Returns: its tokens; nil when the cache is off, or could not keep it.
    /// - Throws: what an engine throws that cannot compute it.
    public func compute(_ pin: PinnedPrompt, of model: SHA256Digest) async throws -> Int? {
        guard let engine = engines.last(where: { $0.model.digest == model }) else { return nil }
        return try await engine.pin(pin)
    }

    // MARK: What is kept

    public var status: PrefixStatus {
        var status = PrefixStatus()
        let entries = store?.entries ?? []
        status.entries = entries.count
        status.bytes = entries.reduce(0) { $0 + $1.storedBytes }
        status.maximumBytes = settings.maximumBytes
        status.scratch = scratch?.path
        status.off = off
        return status
    }

    /// The last used first.
    public var entries: [PrefixInfo] {
        (store?.entries ?? []).sorted { ($0.lastUsed, $0.id) > ($1.lastUsed, $1.id) }.map { entry in
            PrefixInfo(
                id: entry.id, model: entry.header.scope.model, owner: entry.owner, tokens: entry.header.tokens, bytes: entry.storedBytes,
                created: entry.header.created, lastUsed: entry.lastUsed, engineVersion: entry.header.scope.version)
        }
    }

    /// Tokens of a pinned prompt as it is kept; nil when it is not. While an engine of the model is loaded, only what that one can use counts.
    public func tokens(ofPin id: String, model: SHA256Digest) -> Int? {
        let scope = engines.last { $0.model.digest == model }?.prefixes?.scope
        return store?.entries.first { entry in
            entry.header.pin == id && entry.header.scope.model == model.hex && (scope == nil || entry.header.scope == scope)
        }?.header.tokens
    }

    // MARK: Forgetting

    /// Everything of one subject: entries, their keys first, and what live engines hold. For `audit forget`.
    ///
    /// A slot that computes for the tenant at this moment is erased when that request ends, and nothing of it is kept.
    public func erase(tenant: String) async -> PrefixErasure {
        var erasure = PrefixErasure()
        for engine in engines {
            guard let prefixes = engine.prefixes else { continue }
            let live = await prefixes.erase(tenant: tenant)
            erasure.slots += live.slots
            erasure.busySlots += live.busySlots
        }
        // After the live ones: what they were about to save is here by now, or is dropped by them.
        let kept = eraseEntries { $0.owner == .tenant(tenant) }
        erasure.entries = kept.entries
        erasure.bytes = kept.bytes
        erasure.failed = kept.failed
        return erasure
    }

    /// Entries on the disk; what live engines hold stays.
    /// - Parameter model: nil for all.
    public func clear(model: SHA256Digest? = nil) async -> PrefixErasure {
        if model == nil { store?.forgetBarren() }
        return eraseEntries { model == nil || $0.model == model?.hex }
    }

    public func unpin(_ id: String, model: SHA256Digest) async -> PrefixErasure {
        eraseEntries { $0.owner == .pinned(id: id) && $0.model == model.hex }
    }

    private func eraseEntries(_ matches: (_ entry: (owner: PrefixOwner, model: String)) -> Bool) -> PrefixErasure {
        store?.erase { matches(($0.owner, $0.header.scope.model)) } ?? PrefixErasure()
    }
}
