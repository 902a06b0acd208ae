import Foundation
import GRDB
import HoldfastCore
import HoldfastCrypto
import HoldfastTestSupport
import Synchronization

@testable import HoldfastStore

/// A node's store at work on a watched disk: commits alone and in groups, changes of the registry, checkpoints of both kinds, restarts.
final class CrashHistory: Sendable {
    let state: CrashState
    let disk: CrashDisk
    /// The database's files before the first operation.
    let initial: [String: [UInt8]]
    private let synchronous: String
    private let recorded: Mutex<CrashClaims>
    private let random: Mutex<SplitMix64>
    private let current: Mutex<NodeStore?>
    private let refusals = Mutex<[HoldfastError.Code: Int]>([:])
    private let label: String
    /// What the wall clock says, milliseconds since 1970.
    let clock = Atomic<Int64>(1_700_000_000_000)
    /// Places in the log of disk operations between which the running store recovered, or tried to.
    let recoveries = Mutex<[(range: Range<Int>, succeeded: Bool)]>([])
    /// Refusals of faults that were armed before the present one, and how many of all were taken.
    private let spent = Mutex((refusals: 0, taken: 0))

    /// - Parameters:
    ///   - image: what an earlier history's crash left, with what is certain about it; nil begins with nothing.
    ///   - synchronous: SQLite's setting; any but FULL is a fault to be found.
    init(
        seed: UInt64, continuing image: CrashImage? = nil, keys: [String: [UInt8]] = [:], claims: CrashClaims = CrashClaims(),
        synchronous: String = "FULL"
    ) throws {
        state = try CrashState()
        label = Hex.encode(try SecureRandom.bytes(3))
        initial = image?.files ?? [:]
        self.synchronous = synchronous
        if let image { try state.write(image) }
        for (name, bytes) in keys { try state.write(name, bytes) }
        for (digest, blob) in claims.blobs { try state.write("blobs/sha256/\(digest.hex)", blob.bytes) }
        if let note = claims.notes.last { try state.write("checkpoint", note.bytes) }
        disk = try CrashDisk(watching: state.path)
        recorded = Mutex(claims)
        random = Mutex(SplitMix64(seed: seed))
        current = Mutex(nil)
    }

    var claims: CrashClaims { recorded.withLock { $0 } }
    /// Answers other than success, by code.
    var refused: [HoldfastError.Code: Int] { refusals.withLock { $0 } }
    var isOpen: Bool { current.withLock { $0 != nil } }
    var store: NodeStore {
        get throws {
            guard let store = current.withLock({ $0 }) else { throw TestFailure("the store is not open") }
            return store
        }
    }

    func open() throws {
        let store = try state.open { [self] in clock.load(ordering: .relaxed) }
        current.withLock { $0 = store }
        // Checkpoints of the write-ahead log within commits, many of them.
        store.writer.copying.interval.store(60, ordering: .relaxed)
        try store.connection.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = \(synchronous)") }
    }

    /// A daemon whose start failed is started again; faults are few.
    private func openAtLast() async throws {
        try await eventually("the store opens") {
            do { try self.open() } catch let error as HoldfastError where error.code == .stateInUse {
                // A process that another test has just begun to start holds every descriptor, and so the lock, until its exec.
            } catch {
                self.count(error)
                self.disk.expectRewrite(of: "holdfast.db-wal")
            }
            return self.isOpen
        }
    }

    func close() async {
        let store = current.withLock { $0.take() }
        await store?.close()
        noteCheckpoint()
    }

    /// As by kill -9: what is in the page cache stays, and nothing more is written.
    func kill() async {
        disk.setDead(true)
        let store = current.withLock { $0.take() }
        await store?.close()
        try? store?.connection.close()
        disk.setDead(false)
        disk.expectRewrite(of: "holdfast.db-wal")
    }

    func arm(_ fault: DiskFault) {
        spent.withLock { $0.refusals += disk.refusals }
        disk.arm(fault)
    }

    /// - Returns: what the disk refused since this was last asked.
    func takeRefusals() -> Int {
        spent.withLock { spent in
            let all = spent.refusals + disk.refusals
            defer { spent.taken = all }
            return all - spent.taken
        }
    }

    func pick<Value>(_ choose: (inout SplitMix64) -> Value) -> Value { random.withLock { choose(&$0) } }

    /// One thing a daemon does, chosen by chance. A failure of the disk is noted, and followed by a restart.
    func step(_ number: Int) async throws {
        if !isOpen { try await openAtLast() }
        switch pick({ Int.random(in: 0..<100, using: &$0) }) {
        case ..<55: await commitGroup(number, count: pick { Int.random(in: 1...12, using: &$0) })
        case ..<65: await intent(number)
        case ..<75: await addModel(number)
        case ..<80: await removeModel()
        case ..<88: await note { _ = try await self.store.checkpoint() }
        case ..<96:
            let mode = pick { ["PASSIVE", "FULL", "RESTART", "TRUNCATE"].randomElement(using: &$0) ?? "PASSIVE" }
            do {
                try await store.connection.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(\(mode))") }
            } catch let error as DatabaseError where error.resultCode != .SQLITE_BUSY {
                // This one is the test's own; a store must not go on after such an error, and neither does the test.
                await kill()
            } catch {}
        case ..<98: await close()
        default: await kill()
        }
        noteCheckpoint()
        if isOpen, try store.failure != nil { await mend() }
    }

    func commitGroup(_ number: Int, count: Int) async {
        await withTaskGroup(of: Void.self) { group in
            for member in 0..<count {
                let length = pick { [0, 0, 40, 300, 9000].randomElement(using: &$0) ?? 0 }
                let records = (0..<pick { Int.random(in: 1...3, using: &$0) }).map { part in
                    record("\(number)-\(member)-\(part)", length: length)
                }
                group.addTask { await self.commit(records, salted: member % 2 == 0) }
            }
        }
    }

    private func record(_ name: String, _ phase: AuditRecord.Phase = .event, length: Int = 0) -> AuditRecord {
        var record = AuditRecord.sample(0, phase)
        record.id = "\(label)-\(name)"
        record.time = clock.load(ordering: .relaxed)
        record.actor.rule = String(repeating: "r", count: length)
        return record
    }

    private func commit(_ records: [AuditRecord], salted: Bool = false) async {
        ask(records)
        await note {
            let indices = try await self.store.commit { transaction in
                try records.map { record in
                    try transaction.append(record, salt: salted ? SHA256.hash(Array(record.id.utf8)) : nil)
                }
            }
            try await self.acknowledged(zip(indices, records), salted: salted, at: self.disk.position)
        }
    }

    private func intent(_ number: Int) async {
        let isAnswered = pick { Bool.random(using: &$0) }
        await commit([record("\(number)", .intent)])
        if isAnswered { await commit([record("\(number)", .outcome)]) }
    }

    func addModel(_ number: Int) async {
        let bytes = pick { random in (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) } }
        let alias: ModelName? = pick { Bool.random(using: &$0) } ? ModelName("a-\(label)-\(number)") : nil
        await note {
            let store = try self.store
            let blob = try store.blobs.stage(expectedSize: 200)
            try await blob.append(bytes)
            let digest = try await blob.finish()
            let fingerprint = try blob.publish()
            let position = self.disk.position
            self.recorded.withLock { $0.blobs[digest] = (position, bytes) }
            let names = [ModelName("m-\(self.label)-\(number)")] + [alias].compactMap { $0 }
            let records = names.map { name in
                var record = self.record("x")
                record.id = "add-\(name)"
                return record
            }
            self.ask(records)
            self.recorded.withLock { claims in for name in names { claims.names[name] = .init(digest: digest) } }
            let indices = try await store.commit { transaction in
                _ = try transaction.addModel(
                    name: names[0], digest: digest, size: 200, description: .sample, fingerprint: fingerprint)
                for alias in names.dropFirst() { _ = try transaction.addAlias(alias, of: names[0]) }
                return try records.map { try transaction.append($0) }
            }
            let end = self.disk.position
            self.recorded.withLock { claims in for name in names { claims.names[name]?.added = end } }
            try await self.acknowledged(zip(indices, records), salted: false, at: end)
        }
    }

    private func removeModel() async {
        let candidates = claims.names.filter { $0.value.added != nil && $0.value.removalAsked == nil }.keys.sorted()
        guard let name = pick({ candidates.randomElement(using: &$0) }) else { return }
        var record = record("x")
        record.id = "remove-\(name)"
        let finished = record
        ask([finished])
        let position = disk.position
        recorded.withLock { $0.names[name]?.removalAsked = position }
        await note {
            let index = try await self.store.commit { transaction in
                _ = try transaction.removeName(name)
                return try transaction.append(finished)
            }
            let end = self.disk.position
            self.recorded.withLock { $0.names[name]?.removed = end }
            try await self.acknowledged(zip([index], [finished]), salted: false, at: end)
        }
    }

    private func ask(_ records: [AuditRecord]) {
        recorded.withLock { claims in for record in records { claims.asked.insert(record.id) } }
    }

    private func acknowledged(
        _ records: Zip2Sequence<[Int64], [AuditRecord]>, salted: Bool, at position: Int
    ) async throws {
        for (index, record) in records {
            // What was read is part of the claim; the acknowledgement itself was already there.
            guard let stored = try await store.audit.record(at: index), stored.record.id == record.id else {
                throw TestFailure("record \(index) cannot be read right after its commit")
            }
            let claim = CrashClaims.Record(index: index, id: record.id, bytes: stored.bytes, isSalted: salted, position: position)
            recorded.withLock { $0.records.append(claim) }
        }
    }

    private func noteCheckpoint() {
        guard let bytes = state.read("checkpoint") else { return }
        let position = disk.position
        recorded.withLock { if $0.notes.last?.bytes != bytes { $0.notes.append((position, bytes)) } }
    }

    private func note(_ body: () async throws -> Void) async {
        do { try await body() } catch { count(error) }
    }

    func count(_ error: any Error) {
        let code = (error as? HoldfastError)?.code ?? HoldfastError.Code(rawValue: "\(error)")
        refusals.withLock { $0[code, default: 0] += 1 }
    }
}
