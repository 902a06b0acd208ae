import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastStore
import Hummingbird
import NIOCore

/// `GET /holdfast/v1/models`.
struct ModelListHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.modelList
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws {}
    func resources(of input: Void) -> [Resource] { [] }

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        let filter = call.authorizer.filter(call.caller, .modelsRead)
        let loaded = Set(await node.engines.loaded().map(\.model.digest))
        let models = try await node.store.registry.models().compactMap { model -> ModelInfo? in
            let names = model.names.filter(filter.allows)
            return names.isEmpty ? nil : ModelInfo(model, names: names, loaded: loaded.contains(model.digest))
        }
        return Answer(try .json(ModelListBody(models: models)), recorded: .counted)
    }
}

/// `GET /holdfast/v1/models/{name}`.
struct ModelShowHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.modelShow
    let node: Node

    func handle(_ input: ModelName, _ call: Call) async throws -> Answer {
        let model = try await node.lookup.find(input, call)
        let names = model.names.filter(call.authorizer.filter(call.caller, .modelsRead).allows)
        let loaded = await node.engines.loaded().contains { $0.model.digest == model.digest }
        return Answer(try .json(ModelInfo(model, names: names, loaded: loaded)), recorded: .counted)
    }
}

/// `GET /holdfast/v1/engines`.
struct EngineListHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.engineList
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws {}
    func resources(of input: Void) -> [Resource] { [] }

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        Answer(try .json(EngineListBody(engines: await node.loadedEngines(visibleTo: call))), recorded: .counted)
    }
}

extension Node {
    func loadedEngines(visibleTo call: Call) async -> [EngineInfo] {
        let filter = call.authorizer.filter(call.caller, .modelsRead)
        return await engines.loaded().filter { filter.allows($0.model.name) }.map { engine in
            EngineInfo(
                name: engine.model.name.description, digest: engine.model.digest, pid: engine.pid,
                since: now() - engine.loadedFor.milliseconds, context: engine.status.contextLength, slots: engine.status.slots,
                busySlots: engine.status.busySlots, residentBytes: engine.status.residentBytes)
        }
    }
}

extension Duration {
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

/// `GET /v1/models`.
struct OpenAIModelListHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.modelsOpenAI
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws {}
    func resources(of input: Void) -> [Resource] { [] }

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        let filter = call.authorizer.filter(call.caller, .modelsRead)
        var body = OpenAIModelListBody()
        for entry in try await node.store.registry.entries() {
            for name in entry.names where filter.allows(name) { try body.add(id: name.shown, created: entry.addedAt / 1000) }
        }
        return Answer(.bytes(ByteBuffer(bytes: body.bytes), type: "application/json"), recorded: .counted)
    }
}

/// `GET /v1/models/{id}`.
struct OpenAIModelShowHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.modelOpenAI
    let node: Node

    func handle(_ input: ModelName, _ call: Call) async throws -> Answer {
        let model = try await node.lookup.find(input, call)
        return Answer(try .json(OpenAIModelBody(id: input.shown, created: Int(model.addedAt / 1000))), recorded: .counted)
    }
}
