/// From exec to READY=1, with 10,000 models and 1,000,000 audit records, beside an empty state.
enum StartToReady {
    static func run(_ context: BenchContext) async throws -> [Row] {
        let full = try await FilledStore.path(context)
        let empty = context.disk.path + "/empty"
        _ = try context.node(state: empty)
        _ = try context.node(state: full)
        var pairs: [(full: Double, empty: Double)] = []
        for _ in 0..<context.rounds(15) {
            let without = try context.node(state: empty).secondsToReady * 1000
            pairs.append((try context.node(state: full).secondsToReady * 1000, without))
        }
        var row = Row.single("start", "start to ready, 10,000 models, 1,000,000 records", unit: "ms", pairs.map(\.full), goal: 100)
        row.baseline = Sample(pairs.map(\.empty)).median
        row.beside = "empty state"
        row.details = ["slowest_ms": Sample(pairs.map(\.full)).quantile(1)]
        return [row]
    }
}
