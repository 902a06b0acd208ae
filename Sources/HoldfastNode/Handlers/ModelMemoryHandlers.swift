import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastStore
import Hummingbird

/// `GET /holdfast/v1/models/{name}/footprint`.
struct ModelFootprintHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.modelFootprint
    let node: Node

    func handle(_ input: ModelName, _ call: Call) async throws -> Answer {
        let model = try await node.lookup.find(input, call)
        let shape = try await node.memory.shape(of: model.digest)
        let run = node.memory.run(of: model)
        let present = MemoryFootprint(shape, run: run)
        let full = MemoryFootprint(shape, run: run, as: .f16)
        let peak = node.memory.peak(of: model.digest, run)
        let counted = present.corrected(byPeak: peak)
        let available = max(0, await node.engines.freeMemory()?.most ?? .max)
        func row(_ quantization: String, _ parts: MemoryFootprint, isPresent: Bool) -> FootprintBody.Row {
            FootprintBody.Row(
                quantization: quantization, isPresent: isPresent, parts: parts,
                savedWeights: Self.saved(parts.weightsBytes, of: full.weightsBytes),
                savedTotal: Self.saved(parts.totalBytes, of: full.totalBytes),
                fits: (isPresent ? counted : parts.totalBytes) <= available)
        }
        let rows =
            [row(model.description.quantization, present, isPresent: true)]
            + Quantization.allCases.map { row($0.rawValue, MemoryFootprint(shape, run: run, as: $0), isPresent: false) }
        return Answer(
            try .json(
                FootprintBody(
                    name: input.description, digest: model.digest, context: run.contextLength, slots: run.slots, measuredBytes: peak,
                    countedBytes: counted, availableBytes: available, rows: rows)),
            recorded: .counted)
    }

    /// Hundredths; negative when it is more.
    private static func saved(_ bytes: Int64, of full: Int64) -> Int {
        full > 0 ? Int((Double(full - bytes) / Double(full) * 100).rounded()) : 0
    }
}

/// `POST /holdfast/v1/recommend`.
struct ModelRecommendHandler: OperationHandler {
    struct Input: Sendable {
        let task: ModelTask
        let memory: Int64?
    }

    let operation = HoldfastAPI.Operation.modelRecommend
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let body = try RequestDecoding.decode(RecommendRequest.self, from: await RequestBodyReader.collect(request))
        guard let task = ModelTask(rawValue: body.task) else {
            let known = ModelTask.allCases.map(\.rawValue).joined(separator: ", ")
            throw HoldfastError(
                .invalidRequest, "There is no task '\(body.task.prefix(40))'; there are \(known).",
                hint: "holdfast model recommend --task chat", field: "task")
        }
        if let bytes = body.memoryBytes, bytes <= 0 {
            throw HoldfastError(.invalidRequest, "'memory_bytes' must be above 0.", field: "memory_bytes")
        }
        return Input(task: task, memory: body.memoryBytes)
    }

    func resources(of input: Input) -> [Resource] { [] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        let filter = call.authorizer.filter(call.caller, .modelsRead)
        let memory = if let memory = input.memory { memory } else { max(0, await node.engines.freeMemory()?.most ?? .max) }
        var models: [(model: Model, need: Int64)] = []
        for model in try await node.store.registry.models() {
            let names = model.names.filter(filter.allows)
            guard let first = names.first else { continue }
            var shown = model
            if !names.contains(model.name) { shown.name = first }
            let run = node.memory.run(of: model)
            let need: Int64
            if let shape = try? await node.memory.shape(of: model.digest) {
                need = MemoryFootprint(shape, run: run).corrected(byPeak: node.memory.peak(of: model.digest, run))
            } else {
                // Its file cannot be read any more; the state says so.
                need = model.size
            }
            models.append((shown, need))
        }
        let choices = Recommendation.rank(models, for: input.task, memory: memory).map {
            RecommendBody.Choice(name: $0.model.name.description, suits: $0.suits, needBytes: $0.needBytes, reasons: $0.reasons)
        }
        return Answer(
            try .json(RecommendBody(task: input.task.rawValue, memoryBytes: memory, choices: choices)), recorded: .counted)
    }
}
