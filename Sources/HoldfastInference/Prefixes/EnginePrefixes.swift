import CDispatch
import Glibc
import HoldfastCore
import HoldfastCrypto
import Synchronization

/// The prefixes of one running engine: restored before a prompt that begins with one, saved when the engine has nothing else to do.
final class EnginePrefixes: Sendable {
    private struct State {
        var contents: [Int: SlotContent] = [:]
        /// Slots that were restored for the request under way: what is expected of it.
        var restored: [Int: Restored] = [:]
        /// Slots of tenants that are to be forgotten as soon as their request ends.
        var condemned: Set<Int> = []
        var version = 0
        /// How often somebody was forgotten here.
        var erasures = 0
        var files = 0
        var idleCheck: Task<Void, Never>?
    }

    private struct Restored {
        let entry: String
        let tokens: HashChain
    }

    let scope: PrefixScope
    private let model: LoadableModel
    private let store: PrefixStore
    private let scratch: ScratchFolder
    /// The engine's own folder in it.
    private let folder: String
    private let pool: SlotPool
    private let commands: any SlotCommands
    private let clock: any EngineClock
    private let now: @Sendable () -> Int64
    private let state = Mutex(State())

    init(
        scope: PrefixScope, model: LoadableModel, store: PrefixStore, scratch: ScratchFolder, folder: String, pool: SlotPool,
        commands: any SlotCommands, clock: any EngineClock, now: @escaping @Sendable () -> Int64
    ) {
        self.scope = scope
        self.model = model
        self.store = store
        self.scratch = scratch
        self.folder = folder
        self.pool = pool
        self.commands = commands
        self.clock = clock
        self.now = now
    }

    // MARK: One request

    /// Before the prompt is sent: puts the longest known prefix into the slot, unless the slot holds as much of it already.
    ///
    /// Never fails: what cannot be restored is computed.
    /// - Returns: whether the slot holds nothing but what this tenant may gain from.
    func enter(_ slot: SlotPool.Slot, _ prompt: GenerationRequest.Prompt, tenant: String) async -> Bool {
        let warm = state.withLock { state -> HashChain? in
            let content = state.contents.removeValue(forKey: slot.id)
            state.restored[slot.id] = nil
            return slot.mayReuse && content?.tenant == tenant ? content?.text : nil
        }
        guard !store.isBarren(scope), let found = await longest(prompt, tenant: tenant, warm: warm) else {
            return slot.mayReuse
        }
        guard let tokens = await restore(found.id, owner: found.owner, into: slot.id) else {
            // The engine may have dropped what was in the slot, or not: only its own tenant's can still be there.
            return slot.mayReuse
        }
        state.withLock { $0.restored[slot.id] = Restored(entry: found.id, tokens: tokens) }
        return true
    }

    /// The answer is whole: the slot holds prompt and answer.
    func leave(_ slot: Int, _ prompt: GenerationRequest.Prompt, answer: String, tenant: String, usage: TokenUsage) {
        let text = HashChain(text: prompt.prefixText(answeredWith: answer), seed: scope.bytes(for: .tenant(tenant)))
        let (restored, isKept) = note(slot) { version in
            SlotContent(
                tenant: tenant, prompt: prompt, answer: answer, text: text, tokens: usage.prompt + usage.completion, isUnsaved: true,
                version: version)
        }
        if isKept, let restored, usage.cached == 0 { Task { await doubt(restored, prompt) } }
    }

    /// The client went after its prompt was computed: the slot holds that, and a piece of answer which nobody will ask to be continued.
    func abandon(_ slot: Int, _ prompt: GenerationRequest.Prompt, answer: String, tenant: String) {
        let text = HashChain(text: prompt.prefixText, seed: scope.bytes(for: .tenant(tenant)))
        _ = note(slot) { version in
            // A token is a byte at least; and the engine may have been some tokens ahead.
            SlotContent(
                tenant: tenant, prompt: prompt, answer: "", text: text, tokens: nil, mostBeyondPrompt: answer.utf8.count + 64,
                isUnsaved: true, version: version)
        }
    }

    /// - Returns: what had been restored for the request, and whether the slot may be kept: not when its tenant was forgotten meanwhile.
    private func note(_ slot: Int, _ content: (_ version: Int) -> SlotContent) -> (restored: Restored?, isKept: Bool) {
        let (restored, isKept) = state.withLock { state in
            state.version += 1
            let isKept = !state.condemned.contains(slot)
            if isKept { state.contents[slot] = content(state.version) }
            return (state.restored.removeValue(forKey: slot), isKept)
        }
        if isKept { checkWhenIdle() }
        return (restored, isKept)
    }

    // MARK: Finding

    private struct Found {
        let id: String
        let owner: PrefixOwner
    }

    /// First by bytes, which costs microseconds; by tokens only when no bytes were found, since the engine must make them.
    private func longest(_ prompt: GenerationRequest.Prompt, tenant: String, warm: HashChain?) async -> Found? {
        let owners = [PrefixOwner.tenant(tenant), .pinned(id: "")].filter { store.holdsAny(scope.bytes(for: $0)) }
        guard !owners.isEmpty else { return nil }
        let text = prompt.prefixText
        var best: (match: PrefixIndex.Match, owner: PrefixOwner)?
        for owner in owners {
            guard let match = store.longest(text: HashChain(text: text, seed: scope.bytes(for: owner))) else { continue }
            if match.blocks > best?.match.blocks ?? 0 { best = (match, owner) }
        }
        let inSlot = warm?.common(with: HashChain(text: text, seed: scope.bytes(for: .tenant(tenant)))) ?? 0
        // 256 bytes are about 64 tokens: below that, computing is as quick.
        if let best, best.match.blocks >= inSlot + 2 { return found(best.match, for: tenant) }
        guard best == nil, inSlot < 2, text.count >= 1024 else { return nil }
        guard let tokens = try? await commands.tokens(of: prompt) else { return nil }
        for owner in owners {
            let match = store.longest(tokens: HashChain(tokens: tokens, seed: scope.bytes(for: owner)))
            if let match, match.blocks >= 4 { return found(match, for: tenant) }
        }
        return nil
    }

    /// Chains of two subjects have no link in common; that is not the only thing that keeps them apart.
    private func found(_ match: PrefixIndex.Match, for tenant: String) -> Found? {
        guard let entry = store.entry(match.id), entry.header.scope == scope else { return nil }
        guard entry.owner == .tenant(tenant) || entry.header.pin != nil else { return nil }
        return Found(id: entry.id, owner: entry.owner)
    }

    /// - Returns: the entry's tokens; nil when the slot was not restored.
    private func restore(_ id: String, owner: PrefixOwner, into slot: Int) async -> HashChain? {
        guard let entry = store.entry(id), scratch.freeBytes > entry.header.slotBytes + 1 << 20 else { return nil }
        let name = nextFile()
        let path = "\(folder)/\(name)"
        guard let descriptor = makeFile(path) else { return nil }
        defer { unlink(path) }
        let isRead = await store.read(id, scope: scope, owner: owner, into: descriptor)
        close(descriptor)
        guard isRead, let tokens = try? await commands.restore(slot, file: name) else { return nil }
        guard tokens == entry.header.tokens else {
            store.drop(id)
            return nil
        }
        return HashChain(links: entry.header.tokenChain)
    }

    /// A restored prefix that the engine then did not use: an engine that restores nothing, or a prompt that begins otherwise in tokens.
    private func doubt(_ restored: Restored, _ prompt: GenerationRequest.Prompt) async {
        let seed = store.entry(restored.entry).map { scope.bytes(for: $0.owner) }
        if let seed, let tokens = try? await commands.tokens(of: prompt),
            HashChain(tokens: tokens, seed: seed).common(with: restored.tokens) > 0
        {
            store.setBarren(scope)
        } else {
            store.drop(restored.entry)
        }
    }

    // MARK: Saving

    /// Saves what is new once nothing has been computed for a while.
    private func checkWhenIdle() {
        let idle = store.settings.idle
        state.withLock { state in
            state.idleCheck?.cancel()
            state.idleCheck = Task { [weak self, clock] in
                guard (try? await clock.sleep(for: idle)) != nil else { return }
                // On its own: a request that ends meanwhile must not break off what the engine is writing.
                Task { await self?.saveAll() }
            }
        }
    }

    /// Saves what is new in free slots, one after the other, and stops as soon as somebody asks something.
    func saveAll() async {
        for slot in unsaved {
            guard pool.counts.busy == 0 else { return }
            await save(slot)
        }
    }

    /// The engine is about to end, and gets no more requests. Slots that are still at work are not saved.
    /// - Parameter limit: after which no further slot is begun with.
    func saveBeforeEnd(within limit: Duration = .seconds(20)) async {
        state.withLock { $0.idleCheck?.cancel() }
        let deadline = clock.now + limit
        for slot in unsaved where clock.now < deadline { await save(slot) }
    }

    private var unsaved: [Int] { state.withLock { $0.contents.filter(\.value.isUnsaved).keys.sorted() } }

    /// - Returns: the tokens of the pinned prompt that was just computed; nil when it could not be kept.
    func savePinned(_ pin: PinnedPrompt) async -> Int? {
        let slot = state.withLock { state in
            state.contents.first { $0.value.tenant == PrefixOwner.pinningTenant && $0.value.prompt == pin.prompt }
        }
        guard let slot, await save(slot.key, pin: pin.id) else { return nil }
        return slot.value.tokens
    }

    func holds(_ pin: PinnedPrompt) -> Bool {
        store.isBarren(scope) || store.entries.contains { $0.header.scope == scope && $0.header.pin == pin.id }
    }

    private func isWorthSaving(_ content: SlotContent) -> Bool {
        guard content.tenant != PrefixOwner.pinningTenant, content.tokens ?? .max >= store.settings.minimumTokens,
            !store.covers(content.text)
        else { return false }
        let seed = scope.bytes(for: .pinned(id: ""))
        return !store.holdsAny(seed) || !store.covers(HashChain(text: content.prompt.prefixText(answeredWith: content.answer), seed: seed))
    }

    /// - Parameter pin: the prompt is everybody's, under this id.
    /// - Returns: whether the slot's content is in the store.
    @discardableResult private func save(_ slot: Int, pin: String? = nil) async -> Bool {
        guard let (content, erasures) = state.withLock({ state in state.contents[slot].map { ($0, state.erasures) } }) else { return false }
        let owner: PrefixOwner = pin.map { .pinned(id: $0) } ?? .tenant(content.tenant)
        guard !store.isBarren(scope), pin != nil || isWorthSaving(content), content.tokens.map(fits) ?? true else {
            settle(slot, content.version)
            return false
        }
        // Before the slot is taken: it is held only while the engine writes.
        guard let tokens = try? await commands.tokens(of: content.prompt) else { return false }
        if content.tokens == nil {
            guard tokens.count >= store.settings.minimumTokens, fits(tokens.count + content.mostBeyondPrompt) else {
                settle(slot, content.version)
                return false
            }
        }
        let name = nextFile()
        let path = "\(folder)/\(name)"
        guard pool.borrow(slot, of: content.tenant) else { return false }
        guard state.withLock({ $0.contents[slot]?.version }) == content.version else {
            pool.giveBack(slot)
            return false
        }
        let saved = try? await commands.save(slot, file: name)
        pool.giveBack(slot)
        defer { unlink(path) }
        guard let saved, saved.tokens > 0, let descriptor = openFile(path, bytes: saved.bytes) else { return false }
        defer { close(descriptor) }
        let seed = scope.bytes(for: owner)
        let text = pin == nil ? content.text : HashChain(text: content.prompt.prefixText, seed: seed)
        var header = PrefixEntry.Header(
            scope: scope, tenant: nil, pin: nil, created: now(), slotBytes: saved.bytes, tokens: saved.tokens, text: text.links,
            tokenChain: HashChain(tokens: tokens, seed: seed).links)
        switch owner {
        case .tenant(let tenant): header.tenant = tenant
        case .pinned(let id): header.pin = id
        }
        let id = await store.write(header, from: descriptor)
        settle(slot, content.version)
        // Somebody was forgotten while this was written, perhaps its owner.
        if let id, state.withLock({ $0.erasures }) != erasures {
            store.drop(id)
            return false
        }
        return id != nil
    }

    /// Saved, or not worth it: not looked at again until the slot holds something else.
    private func settle(_ slot: Int, _ version: Int) {
        state.withLock { state in
            if state.contents[slot]?.version == version { state.contents[slot]?.isUnsaved = false }
        }
    }

    /// Whether the slot's file would fit, before the engine writes it: into its own limit, the scratch and memory itself.
    private func fits(_ tokens: Int) -> Bool {
        guard let perToken = model.cacheBytesPerToken else { return false }
        let bytes = perToken * Int64(tokens) + Int64(tokens) * 16 + 1 << 20
        return bytes <= store.settings.maximumEntryBytes && bytes <= scratch.freeBytes && bytes * 2 <= AvailableMemory.bytes
    }

    // MARK: Forgetting

    /// Forgets a tenant's slots: a free one at once, one at work when its request has ended.
    func erase(tenant: String) async -> PrefixErasure {
        var erasure = PrefixErasure()
        state.withLock { $0.erasures += 1 }
        for slot in pool.slots(of: tenant) {
            if await erase(slot, of: tenant) {
                erasure.slots += 1
            } else {
                erasure.busySlots += 1
                state.withLock { _ = $0.condemned.insert(slot) }
                Task { [weak self, clock] in
                    while let self, self.pool.slots(of: tenant).contains(slot), await !self.erase(slot, of: tenant) {
                        guard (try? await clock.sleep(for: .milliseconds(100))) != nil else { return }
                    }
                    self?.state.withLock { _ = $0.condemned.remove(slot) }
                }
            }
        }
        return erasure
    }

    /// - Returns: false while the slot is at work.
    private func erase(_ slot: Int, of tenant: String) async -> Bool {
        guard pool.borrow(slot, of: tenant) else { return false }
        state.withLock { $0.contents[slot] = nil }
        // An engine that cannot erase it is asked to compute the next prompt whole, as for any other tenant.
        try? await commands.erase(slot)
        pool.giveBack(slot, erased: true)
        return true
    }

    // MARK: Files

    private func nextFile() -> String {
        let number = state.withLock { state in
            state.files += 1
            return state.files
        }
        return "slot-\(number).bin"
    }

    /// The engine may write in this folder too: a name that is there already, or a link, is not followed.
    private func makeFile(_ path: String) -> Int32? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        // An engine with a user of its own owns the folder, or shares a group with us, and must be able to read the file.
        var owner = stat()
        if stat(folder, &owner) == 0 {
            if owner.st_uid != geteuid() {
                _ = fchown(descriptor, owner.st_uid, owner.st_gid)
            } else if owner.st_mode & 0o020 != 0 {
                _ = fchown(descriptor, .max, owner.st_gid)
                _ = fchmod(descriptor, 0o640)
            }
        }
        return descriptor
    }

    /// - Returns: nil unless it is a plain file of exactly as many bytes as the engine says.
    private func openFile(_ path: String, bytes: Int64) -> Int32? {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Int64(status.st_size) == bytes, bytes > 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
