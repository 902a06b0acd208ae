import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import Hummingbird

/// `POST /holdfast/v1/models/{name}/load`, with `?keep_alive=` for how long it is to stay.
struct ModelLoadHandler: OperationHandler {
    struct Input: Sendable {
        let name: ModelName
        let keepAlive: KeepAlive?
    }

    let operation = HoldfastAPI.Operation.modelLoad
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let text = request.uri.queryParameters[LoadBody.keepAliveKey[...]].map(String.init)
        let keepAlive = text.flatMap { KeepAlive($0) }
        guard text == nil || keepAlive != nil else {
            throw HoldfastError(.invalidRequest, "'keep_alive' must be a time such as 5m, 0 or -1.", field: LoadBody.keepAliveKey)
        }
        return Input(name: try parameters.modelName(), keepAlive: keepAlive)
    }

    func resources(of input: Input) -> [Resource] { [.model(input.name)] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        let model = try await node.lookup.find(input.name, call)
        let terms = RequestTerms(tenant: call.caller.tenant, priority: .interactive, keepAlive: input.keepAlive)
        let isNew: Bool
        do {
            isNew = try await node.engines.load(try await node.loadable(model), for: terms)
        } catch let error as HoldfastError {
            throw MemoryAdvice(node: node).improve(error, for: call)
        }
        try await node.trail.outcome(call.about(model), AuditOutcome(.ok, status: 200))
        return Answer(
            try .json(LoadBody(name: input.name.description, status: isNew ? .loaded : .alreadyLoaded)), recorded: .written)
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
