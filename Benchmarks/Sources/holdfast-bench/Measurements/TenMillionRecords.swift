import Foundation
import HoldfastStore
import Synchronization

/// A log of ten million records: what the daemon holds in memory beside one of a hundred thousand, and what a verification that runs does to
/// the write-ahead log and to whoever writes.
enum TenMillionRecords {
    private static let count = 10_000_000
    private static let few = 100_000

    static func run(_ context: BenchContext) async throws -> [Row] {
        let large = try await FilledStore.path(context, models: 10, records: count)
        let small = try await FilledStore.path(context, models: 10, records: few)
        let (fewer, _) = try peak(context, small)
        let (more, seconds) = try peak(context, large)
        var memory = Row.single("memory_records", "peak memory of holdfastd with 10,000,000 records", unit: "MiB", [more])
        (memory.baseline, memory.beside, memory.ratio) = (fewer, "with 100,000 records", fewer / more)
        memory.goal = .atLeastRatio(0.8)
        memory.details = ["verify_seconds": seconds]
        return [memory] + (try await whileVerifying(large))
    }

    /// Lists, appends and verifies.
    /// - Returns: the most the daemon ever held, in MiB, and the seconds of the verification.
    private static func peak(_ context: BenchContext, _ state: String) throws -> (mebibytes: Double, seconds: Double) {
        let node = try context.node(state: state)
        let connection = try HTTPConnection(path: node.runtime + "/admin.sock")
        func ask(_ method: String, _ path: String, _ body: String? = nil) throws {
            try connection.send(method, path, body: body)
            let head = try connection.readHead()
            try connection.readBody(head) { _ in }
            guard head.status == 200 else { throw BenchError("\(method) \(path) answered \(head.status)") }
        }
        for page in 0..<20 {
            try ask("GET", "/holdfast/v1/audit/records?limit=1000")
            try ask("GET", "/holdfast/v1/audit/records?limit=1000&operation=inference.chat&actor=\(1000 + page % 5)")
            try ask("POST", "/holdfast/v1/models/model-0/aliases", "{\"alias\":\"alias-\(page)\"}")
            try ask("DELETE", "/holdfast/v1/models/alias-\(page)")
        }
        let seconds = try Clock.time { try ask("POST", "/holdfast/v1/audit/verify") }
        return (Double(try Memory(pid: node.child.pid).peak) / 1_048_576, seconds)
    }

    private static func whileVerifying(_ path: String) async throws -> [Row] {
        let store = try NodeStore.open(StoreOptions(stateDirectory: path))
        let quiet = try await writing(store, path) { try await Task.sleep(for: .seconds(3)) }
        let verifying = try await writing(store, path) {
            try await verify(path, seconds: 20)
        }
        await store.close()
        var log = Row.single("wal_verify", "largest write-ahead log in 20 s of verifying 10,000,000 records", unit: "MiB", [verifying.log])
        (log.baseline, log.beside, log.goal) = (quiet.log, "the same writers alone", .atMost(64))
        log.details = ["seconds": verifying.seconds, "records_written": Double(verifying.records)]
        let rates = (ours: Double(verifying.records) / verifying.seconds, baseline: Double(quiet.records) / quiet.seconds)
        return [
            log,
            .pairs(
                "writes_verify", "durable records per second meanwhile, 8 callers", unit: "/s", beside: "the same writers alone", [rates],
                goal: nil),
        ]
    }

    /// Verifies until the time is over; the daemon has verified all of it before.
    private static func verify(_ path: String, seconds: Int) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { try await AuditVerifier(stateDirectory: path).verify().holds }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                return true
            }
            guard try await group.next() ?? false else { throw BenchError("the log does not verify") }
            group.cancelAll()
            while let end = await group.nextResult() { _ = try? end.get() }
        }
    }

    /// Eight callers append while `work` runs.
    private static func writing(
        _ store: NodeStore, _ path: String, _ work: @escaping @Sendable () async throws -> Void
    ) async throws -> (records: Int, seconds: Double, log: Double) {
        let shared = Shared()
        let start = Clock.seconds
        let records = try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<8 {
                group.addTask {
                    var count = 0
                    while !shared.isOver.load(ordering: .relaxed) {
                        let record = SyntheticRecord.make(caller &* 1_000_000 &+ count)
                        try await store.commit { _ = try $0.append(record) }
                        count += 1
                        if count % 10 == 0 { _ = shared.largest.max(logBytes(path), ordering: .relaxed) }
                    }
                    return count
                }
            }
            do { try await work() } catch {
                shared.isOver.store(true, ordering: .relaxed)
                throw error
            }
            shared.isOver.store(true, ordering: .relaxed)
            return try await group.reduce(0, +)
        }
        return (records, Clock.seconds - start, Double(shared.largest.load(ordering: .relaxed)) / 1_048_576)
    }

    private final class Shared: Sendable {
        let isOver = Atomic(false)
        let largest = Atomic<Int>(0)
    }

    private static func logBytes(_ path: String) -> Int {
        var status = stat()
        return stat(path + "/holdfast.db-wal", &status) == 0 ? Int(status.st_size) : 0
    }
}
