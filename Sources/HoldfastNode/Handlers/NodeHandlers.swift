import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird
import NIOCore

/// `GET /healthz`: 200 only when the node serves, which takes a working audit trail.
struct HealthHandler: OperationHandler {
    let operation: HoldfastAPI.Operation
    let store: NodeStore

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        if let failure = store.failure ?? store.shortage { throw failure }
        return Answer(.bytes(ByteBuffer(string: "{\"status\":\"ok\"}"), type: "application/json"), recorded: .counted)
    }
}

/// `GET /holdfast/v1/status`.
struct StatusHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.status
    let report: StatusReport

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        Answer(try .json(try await report.make(for: call)), recorded: .counted)
    }
}
