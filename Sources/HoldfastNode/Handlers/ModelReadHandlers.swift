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
        let pinned = try await node.store.scheduling.pins()
        let failed = await node.failures()
        let models = try await node.store.registry.models().compactMap { model -> ModelInfo? in
            let names = model.names.filter(filter.allows)
            return names.isEmpty
                ? nil
                : ModelInfo(
                    model, names: names, loaded: loaded.contains(model.digest), pinned: pinned.contains(model.digest),
                    failure: failed[model.digest])
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
        let pinned = try await node.store.scheduling.pins().contains(model.digest)
        let failure = await node.failures()[model.digest]
        var info = ModelInfo(model, names: names, loaded: loaded, pinned: pinned, failure: failure)
        info.pinnedPrompts = try await node.store.registry.prompts(of: model.digest).map {
            PinnedPromptInfo($0, tokens: node.prefixes.tokens(ofPin: $0.id, model: model.digest))
        }
        await node.tunings.prepare()
        info.tuning = node.tunings.newest(of: model.digest).map {
            TuningInfo(settings: $0.choice.tuning, gain: $0.choice.gain, measuredAt: $0.choice.measuredAt, unused: $0.unused)
        }
        return Answer(try .json(info), recorded: .counted)
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
