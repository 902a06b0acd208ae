/// Answers per second over four connections that stay open.
enum RequestRate {
    private static let connections = 4

    static func run(_ context: BenchContext) async throws -> [Row] {
        let few = try context.node(state: try await FilledStore.path(context, models: 10, records: 0))
        let many = try context.node(state: try await FilledStore.path(context))
        var rates: [(health: Double, few: Double, many: Double)] = []
        for _ in 0..<context.rounds(5) {
            rates.append(
                (
                    try rate(few, "/healthz", seconds: 1), try rate(few, "/v1/models", seconds: 1), try rate(many, "/v1/models", seconds: 1)
                ))
        }
        return [
            .single("healthz", "GET /healthz per second", unit: "/s", rates.map(\.health)),
            .pairs(
                "models_10", "GET /v1/models per second, 10 models", unit: "/s", beside: "GET /healthz", rates.map { ($0.few, $0.health) },
                goal: nil),
            .pairs(
                "models_10000", "GET /v1/models per second, 10,000 models", unit: "/s", beside: "GET /healthz",
                rates.map { ($0.many, $0.health) }, goal: nil),
        ]
    }

    private static func rate(_ node: Node, _ path: String, seconds: Double) throws -> Double {
        let socket = node.apiSocket
        let start = Clock.seconds
        let counts = try inParallel(connections) { _ in
            let connection = try HTTPConnection(path: socket)
            var count = 0
            while Clock.seconds < start + seconds {
                try connection.send("GET", path)
                let head = try connection.readHead()
                try connection.readBody(head) { _ in }
                guard head.status == 200 else { throw BenchError("GET \(path) answered \(head.status)") }
                count += 1
            }
            return count
        }
        return Double(counts.reduce(0, +)) / (Clock.seconds - start)
    }
}
