import Dispatch
import Glibc
import HoldfastCore
import HoldfastCrypto
import Synchronization

/// The entries of this node: index in memory, files below STATE. Whatever goes wrong with one costs that entry and nothing else.
final class PrefixStore: Sendable {
    private struct State {
        var index = PrefixIndex()
        /// Scopes whose engine was seen to restore nothing.
        var barren: Set<String> = []
    }

    let settings: PrefixSettings
    private let folder: PrefixFolder
    private let now: @Sendable () -> Int64
    private let state = Mutex(State())
    /// One entry is written at a time: the room for it was counted before.
    private let writing = DispatchQueue(label: "holdfast.prefixes")

    /// Reads what is there.
    /// - Parameter now: milliseconds since 1970.
    /// - Throws: ``PrefixFailure`` when the folder cannot be made.
    init(path: String, settings: PrefixSettings, now: @escaping @Sendable () -> Int64) throws {
        self.settings = settings
        self.now = now
        folder = try PrefixFolder(path: path)
        let entries = folder.load()
        state.withLock { state in
            for entry in entries { state.index.insert(entry) }
            state.barren = Set(FolderNames.list(path).filter { $0.hasSuffix(Self.barrenSuffix) })
        }
        // The configuration may allow less than it did.
        let victims = state.withLock { $0.index.victims(for: 0, under: settings.maximumBytes) ?? Array($0.index.entries.keys) }
        for id in victims { drop(id) }
    }

    var entries: [PrefixEntry] { state.withLock { Array($0.index.entries.values) } }
    func entry(_ id: String) -> PrefixEntry? { state.withLock { $0.index.entries[id] } }

    // MARK: Looking

    func holdsAny(_ seed: [UInt8]) -> Bool { state.withLock { $0.index.holdsAny(seed) } }
    func longest(text chain: HashChain) -> PrefixIndex.Match? { state.withLock { $0.index.longest(text: chain) } }
    func longest(tokens chain: HashChain) -> PrefixIndex.Match? { state.withLock { $0.index.longest(tokens: chain) } }

    /// Whether an entry begins with nine tenths of this or more: then this is not worth a file of its own.
    func covers(_ text: HashChain) -> Bool { (longest(text: text)?.blocks ?? 0) * 10 >= max(1, text.links.count) * 9 }

    // MARK: Reading and writing

    /// Puts an entry's bytes into `target`. A damaged, stale or missing one goes.
    /// - Returns: false when it could not be used.
    func read(_ id: String, scope: PrefixScope, owner: PrefixOwner, into target: Int32) async -> Bool {
        guard let entry = entry(id) else { return false }
        let isRead = await Self.on(.global(qos: .userInitiated)) { [folder] in
            do {
                try folder.read(entry, scope: scope, owner: owner, into: target)
                return true
            } catch PrefixFailure.system(_, ENOSPC) {
                // The scratch is full: no fault of the entry's.
                return false
            } catch {
                self.drop(id)
                return false
            }
        }
        if isRead { state.withLock { $0.index.use(id, at: now()) } }
        return isRead
    }

    /// Seals the engine's file into an entry, and gives up what it replaces and what there is no more room for.
    /// - Returns: the entry's name; nil when nothing was kept: too large, no room, no disk.
    func write(_ header: PrefixEntry.Header, from source: Int32) async -> String? {
        await Self.on(writing) { self.writeNow(header, from: source) }
    }

    private func writeNow(_ header: PrefixEntry.Header, from source: Int32) -> String? {
        // The seals are a ten-thousandth; a header is small beside what it stands for.
        let needed = header.slotBytes + header.slotBytes >> 12 + Int64(header.text.count + header.tokenChain.count) * 64 + 4096
        guard header.slotBytes <= settings.maximumEntryBytes, needed <= settings.maximumBytes,
            folder.freeBytes - needed >= settings.reservedBytes
        else { return nil }
        let replaced = replaced(by: header)
        guard let victims = state.withLock({ $0.index.victims(for: needed, under: settings.maximumBytes, besides: replaced) }) else {
            return nil
        }
        for id in victims { drop(id) }
        guard let entry = try? folder.write(header, from: source, now: now()) else { return nil }
        state.withLock { $0.index.insert(entry) }
        for id in replaced { drop(id) }
        return entry.id
    }

    /// Entries of the same owner that the new one begins with: an earlier turn of the same conversation, an older copy of a pinned prompt.
    private func replaced(by header: PrefixEntry.Header) -> Set<String> {
        let new = HashChain(links: header.text)
        return state.withLock { state in
            Set(
                state.index.entries.values.filter { old in
                    guard old.header.scope == header.scope, old.owner == header.owner else { return false }
                    if header.pin != nil { return true }
                    let chain = HashChain(links: old.header.text)
                    return chain.common(with: new) * 10 >= max(1, chain.links.count) * 9
                }.map(\.id))
        }
    }

    @discardableResult func drop(_ id: String) -> Bool {
        state.withLock { _ = $0.index.remove(id) }
        return folder.erase(id)
    }

    /// Erases entries, keys first.
    func erase(where matches: (PrefixEntry) -> Bool) -> PrefixErasure {
        var erasure = PrefixErasure()
        for entry in entries where matches(entry) {
            if drop(entry.id) {
                erasure.entries += 1
                erasure.bytes += entry.storedBytes
            } else {
                erasure.failed += 1
            }
        }
        return erasure
    }

    // MARK: Engines that restore nothing

    private static let barrenSuffix = ".none"

    private static func barrenName(_ scope: PrefixScope) -> String {
        Hex.encode(Array(SHA256.hash(scope.bytes(for: .pinned(id: ""))).prefix(16))) + barrenSuffix
    }

    /// Whether this engine build, with this model and these settings, was seen to restore nothing.
    func isBarren(_ scope: PrefixScope) -> Bool {
        let name = Self.barrenName(scope)
        return state.withLock { $0.barren.contains(name) }
    }

    /// Saves nothing more for it, also after a restart: another engine or other settings are another scope.
    func setBarren(_ scope: PrefixScope) {
        let name = Self.barrenName(scope)
        state.withLock { _ = $0.barren.insert(name) }
        let descriptor = open("\(folder.path)/\(name)", O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor >= 0 { close(descriptor) }
        _ = erase { $0.header.scope == scope }
    }

    func forgetBarren() {
        let names = state.withLock { state in
            defer { state.barren = [] }
            return state.barren
        }
        for name in names { unlink("\(folder.path)/\(name)") }
    }

    private static func on<Result: Sendable>(_ queue: DispatchQueue, _ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in queue.async { continuation.resume(returning: work()) } }
    }
}
