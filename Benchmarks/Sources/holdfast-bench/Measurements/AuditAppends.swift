import Glibc
import HoldfastStore

/// Durable audit records per second in this process, beside 4 KiB appends that are each brought to the same disk.
enum AuditAppends {
    private static let seconds = 1.0

    static func run(_ context: BenchContext) async throws -> [Row] {
        let folder = context.disk.path
        let store = try NodeStore.open(StoreOptions(stateDirectory: folder + "/audit"))
        var alone: [(ours: Double, baseline: Double)] = []
        var crowd: [(ours: Double, baseline: Double)] = []
        for _ in 0..<context.rounds(5) {
            let bare = try bareAppends(folder + "/bare")
            alone.append((try await appends(store, callers: 1), bare))
            crowd.append((try await appends(store, callers: 100), bare))
        }
        await store.close()
        let beside = "append 4 KiB, fdatasync"
        return [
            .pairs("audit_alone", "durable audit records per second, one caller", unit: "/s", beside: beside, alone, goal: nil),
            .pairs("audit_crowd", "durable audit records per second, 100 callers", unit: "/s", beside: beside, crowd, goal: nil),
        ]
    }

    private static func appends(_ store: NodeStore, callers: Int) async throws -> Double {
        let start = Clock.seconds
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    var count = 0
                    while Clock.seconds < start + seconds {
                        let record = SyntheticRecord.make(caller &* 1_000_000 &+ count)
                        try await store.commit { _ = try $0.append(record) }
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(count) / (Clock.seconds - start)
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
