import HoldfastAPI
import HoldfastCore
import HoldfastCrypto
import HoldfastHTTP
import HoldfastInference
import HoldfastStore
import Hummingbird

/// `POST /holdfast/v1/models/{name}/pinned-prompts`.
struct ModelPinPromptHandler: OperationHandler {
    struct Input: Sendable {
        let name: ModelName
        let body: PinPromptBody
    }

    let operation = HoldfastAPI.Operation.modelPinPrompt
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let body = try RequestDecoding.decode(PinPromptBody.self, from: await RequestBodyReader.collect(request))
        guard (1...KeptPrompt.maximumBytes).contains(body.text.utf8.count) else {
            throw HoldfastError(
                .invalidRequest, "A pinned prompt has 1 to \(KeptPrompt.maximumBytes) bytes.",
                hint: "holdfast model pin-prompt NAME FILE", field: "text")
        }
        return Input(name: try parameters.modelName(), body: body)
    }

    func resources(of input: Input) -> [Resource] { [.model(input.name)] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        let model = try await node.lookup.find(input.name, call)
        let kept = KeptPrompt(
            id: String(Hex.encode(SHA256.hash(Array(input.body.text.utf8))).prefix(12)), kind: input.body.kind.rawValue,
            text: input.body.text, addedAt: node.now())
        var record = node.trail.record(of: call.about(model))
        record.parameters["bytes"] = Int64(kept.text.utf8.count)
        let written = record
        try await node.store.commit { transaction in
            try transaction.addPrompt(kept, of: model.digest)
            try transaction.append(written)
        }
        var info = PinnedPromptInfo(kept, tokens: nil)
        // It is the model's from here on: what cannot be computed now is tried again after each load.
        do {
            // Held on to, so that nobody else's load ends the engine meanwhile.
            let use = try await node.use(model, for: RequestTerms(tenant: call.caller.tenant, priority: .batch), by: call)
            defer { withExtendedLifetime(use) {} }
            guard let pin = PinnedPrompt(kept) else { throw HoldfastError(.internalError, "The prompt's kind is not known.") }
            info.tokens = try await node.prefixes.compute(pin, of: model.digest)
            if info.tokens == nil {
                info.problem =
                    node.prefixes.status.off.map { "nothing is kept: \($0)" } ?? "there is no room for it, or its engine restores nothing"
            }
        } catch {
            info.problem = HoldfastError(wrapping: error).message
        }
        return Answer(try .json(info), recorded: .written)
    }
}

/// `POST /holdfast/v1/models/{name}/pinned-prompts/remove`.
struct ModelUnpinPromptHandler: OperationHandler {
    struct Input: Sendable {
        let name: ModelName
        let id: String
    }

    let operation = HoldfastAPI.Operation.modelUnpinPrompt
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let body = try RequestDecoding.decode(UnpinPromptBody.self, from: await RequestBodyReader.collect(request))
        return Input(name: try parameters.modelName(), id: body.id)
    }

    func resources(of input: Input) -> [Resource] { [.model(input.name)] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        let model = try await node.lookup.find(input.name, call)
        let record = node.trail.record(of: call.about(model))
        try await node.store.commit { transaction in
            try transaction.removePrompt(input.id, of: model.digest)
            try transaction.append(record)
        }
        let erased = await node.prefixes.unpin(input.id, model: model.digest)
        return Answer(try .json(CacheClearedBody(erased)), recorded: .written)
    }
}

extension PinnedPrompt {
    init?(_ prompt: KeptPrompt) {
        guard let kind = Kind(rawValue: prompt.kind) else { return nil }
        self.init(id: prompt.id, kind: kind, text: prompt.text)
    }
}

extension PinnedPromptInfo {
    init(_ prompt: KeptPrompt, tokens: Int?) {
        self.init(
            id: prompt.id, kind: PinPromptBody.Kind(rawValue: prompt.kind) ?? .text, bytes: prompt.text.utf8.count, tokens: tokens,
            addedAt: prompt.addedAt)
    }
}
