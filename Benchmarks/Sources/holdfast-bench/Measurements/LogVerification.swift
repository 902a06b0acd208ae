import Foundation
import HoldfastStore

/// Verifying a log of 1,000,000 records, beside SHA-256 of as many bytes as its records have.
enum LogVerification {
    static func run(_ context: BenchContext) async throws -> [Row] {
        let path = try await FilledStore.path(context)
        let store = try NodeStore.open(StoreOptions(stateDirectory: path))
        let bytes = try await store.auditUsage().recordBytes
        let records = store.audit.size
        await store.close()
        let file = context.disk.path + "/bodies"
        try write(file, bytes: Int(bytes))
        var seconds: [Double] = []
        var pairs: [(ours: Double, baseline: Double)] = []
        for _ in 0..<context.rounds(3) {
            let start = Clock.seconds
            let report = try await AuditVerifier(stateDirectory: path).verify()
            let took = Clock.seconds - start
            guard report.holds, report.checkedRecords == records else { throw BenchError("the log does not verify") }
            let hash = try Child.run(["openssl", "dgst", "-sha256", file])
            seconds.append(took)
            pairs.append((Double(bytes) / 1e6 / took, Double(bytes) / 1e6 / hash))
        }
        var row = Row.pairs(
            "verify", "verifying 1,000,000 records", unit: "s", beside: "openssl dgst -sha256 of their bytes", pairs, goal: nil)
        (row.figure, row.baseline) = (Sample(seconds).median, Double(bytes) / 1e6 / Sample(pairs.map(\.baseline)).median)
        row.goal = .atMost(3)
        row.details = ["records": Double(records), "record_bytes": Double(bytes)]
        return [row]
    }

    private static func write(_ path: String, bytes: Int) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path) else {
            throw BenchError.system("write \(path)")
        }
        defer { try? file.close() }
        var noise = Noise(seed: 3)
        for offset in stride(from: 0, to: bytes, by: 1 << 20) { try file.write(contentsOf: noise.bytes(1 << 20).prefix(bytes - offset)) }
    }
}
