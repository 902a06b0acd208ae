import Foundation
import HoldfastCore
import HoldfastStore

/// Durable audit records per second in this process, beside one SQLite commit a record at the same durability, on the same disk.
enum AuditAppends {
    private static let seconds = 1.0

    static func run(_ context: BenchContext) async throws -> [Row] {
        let folder = context.disk.path
        let store = try NodeStore.open(StoreOptions(stateDirectory: folder + "/audit"))
        var alone: [(ours: Double, baseline: Double)] = []
        var crowd: [(ours: Double, baseline: Double)] = []
        var requests: [(ours: Double, baseline: Double)] = []
        var bare: [Double] = []
        for _ in 0..<context.rounds(5) {
            bare.append(try bareAppends(folder + "/bare"))
            let commits = try sqliteCommits(folder)
            alone.append((try await appends(store, callers: 1), commits))
            crowd.append((try await appends(store, callers: 100), commits))
            requests.append((1000 * 2 / (try await appends(store, callers: 1, phases: [.intent, .outcome])), 1000 * 2 / commits))
        }
        await store.close()
        let beside = "one SQLite commit a record (WAL, synchronous=FULL)"
        var single = Row.pairs("audit_alone", "durable audit records per second, one caller", unit: "/s", beside: beside, alone, goal: nil)
        single.details = ["append_4_KiB_and_fdatasync_per_second": Sample(bare).median]
        var grouped = Row.pairs(
            "audit_crowd", "durable audit records per second, 100 callers", unit: "/s", beside: beside, crowd, goal: nil)
        grouped.goal = .atLeast(10_000)
        // Of milliseconds less is better, and of a ratio more.
        var request = Row.pairs(
            "audit_request", "intent and outcome of one request, one after the other", unit: "ms", beside: "two SQLite commits",
            requests.map { ($0.baseline, $0.ours) }, goal: nil)
        (request.figure, request.baseline) = (Sample(requests.map(\.ours)).median, Sample(requests.map(\.baseline)).median)
        return [single, grouped, request]
    }

    private static func appends(_ store: NodeStore, callers: Int, phases: [AuditRecord.Phase] = [.event]) async throws -> Double {
        let start = Clock.seconds
        let run = UInt64.random(in: 0..<1 << 40)
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    var count = 0
                    while Clock.seconds < start + seconds {
                        var record = SyntheticRecord.make(caller &* 1_000_000 &+ count)
                        record.phase = phases[count % phases.count]
                        // Intent and outcome have one id.
                        record.id = "\(run)-\(caller)-\(count / phases.count)"
                        let finished = record
                        try await store.commit { _ = try $0.append(finished) }
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(count) / (Clock.seconds - start)
    }

    /// A row of as many bytes as a record, and the indexes a record has, a commit each.
    private static func sqliteCommits(_ folder: String) throws -> Double {
        let program = """
            import sqlite3, sys, time
            db = sqlite3.connect(sys.argv[1], isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL"); db.execute("PRAGMA synchronous = FULL")
            db.execute("CREATE TABLE IF NOT EXISTS r (n INTEGER PRIMARY KEY, a TEXT, b INTEGER, c TEXT, body TEXT)")
            for column in "abc": db.execute(f"CREATE INDEX IF NOT EXISTS r_{column} ON r ({column})")
            end, count, body = time.monotonic() + float(sys.argv[2]), 0, "x" * 520
            while time.monotonic() < end:
                db.execute("INSERT INTO r (a, b, c, body) VALUES (?, ?, 'chat', ?)", (f"{count:032}", count, body))
                count += 1
            print(count / float(sys.argv[2]))
            """
        let output = folder + "/commits.txt"
        defer { unlink(output) }
        try Child.run(["/usr/bin/python3", "-IBc", program, folder + "/commits.db", "\(seconds)"], output: output)
        let text = try String(contentsOfFile: output, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let rate = Double(text), rate > 0 else { throw BenchError("the SQLite baseline said '\(text)'") }
        return rate
    }

    private static func bareAppends(_ path: String) throws -> Double {
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw BenchError.system("open \(path)") }
        defer { close(file) }
        let page = [UInt8](repeating: 0x5A, count: 4096)
        let start = Clock.seconds
        var count = 0
        while Clock.seconds < start + seconds {
            guard write(file, page, page.count) == page.count, fdatasync(file) == 0 else { throw BenchError.system("append to \(path)") }
            count += 1
        }
        return Double(count) / (Clock.seconds - start)
    }
}
