import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import Hummingbird

/// `POST /holdfast/v1/models/{name}/load`.
struct ModelLoadHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.modelLoad
    let node: Node

    func handle(_ input: ModelName, _ call: Call) async throws -> Answer {
        let model = try await node.lookup.find(input, call)
        let wasLoaded = await node.engines.loaded().contains { $0.model.digest == model.digest }
        _ = try await node.engine(for: model)
        try await node.trail.outcome(call.about(model), AuditOutcome(.ok, status: 200))
        return Answer(try .json(LoadBody(name: input.description, status: wasLoaded ? .alreadyLoaded : .loaded)), recorded: .written)
    }
}

/// `POST /holdfast/v1/models/{name}/unload`.
struct ModelUnloadHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.modelUnload
    let node: Node

    func handle(_ input: ModelName, _ call: Call) async throws -> Answer {
        let model = try await node.lookup.find(input, call)
        let unloaded = await node.engines.unload(model.digest)
        try await node.trail.outcome(call.about(model), AuditOutcome(.ok, status: 200))
        return Answer(try .json(LoadBody(name: input.description, status: unloaded ? .unloaded : .notLoaded)), recorded: .written)
    }
}
