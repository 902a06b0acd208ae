import FoundationEssentials
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastStore
import Hummingbird
import NIOCore
import ServiceLifecycle

/// `POST /holdfast/v1/models/{name}/tune`.
struct ModelTuneHandler: OperationHandler {
    struct Input: Sendable {
        let name: ModelName
        let seconds: Int64
        let allowsQ8: Bool
    }

    let operation = HoldfastAPI.Operation.modelTune
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let bytes = try await RequestBodyReader.collect(request)
        let body = bytes.isEmpty ? TuneRequest() : try RequestDecoding.decode(TuneRequest.self, from: bytes)
        let seconds = body.seconds ?? TuneRequest.standardSeconds
        guard TuneRequest.secondsRange.contains(seconds) else {
            throw HoldfastError(
                .invalidRequest,
                "'seconds' must be from \(TuneRequest.secondsRange.lowerBound) to \(TuneRequest.secondsRange.upperBound).",
                hint: "holdfast model tune NAME --seconds \(TuneRequest.standardSeconds)", field: "seconds")
        }
        return Input(name: try parameters.modelName(), seconds: seconds, allowsQ8: body.allowsQ8Cache ?? false)
    }

    func resources(of input: Input) -> [Resource] { [.model(input.name)] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        let model = try await node.lookup.find(input.name, call)
        try node.tunings.beginMeasuring()
        return TuneStream(node: node, call: call.about(model), model: model, input: input).answer
    }
}

/// Measures, says how far it is, and stores what is better, in one transaction with the outcome.
private struct TuneStream: Sendable {
    let node: Node
    let call: Call
    let model: Model
    let input: ModelTuneHandler.Input

    var answer: Answer {
        Answer(
            .stream(
                type: "application/x-ndjson",
                { write in
                    do {
                        defer { node.tunings.endMeasuring() }
                        try await run(write)
                    } catch {
                        let isCancelled = error is CancellationError
                        let shown =
                            (error as? HoldfastError).map { MemoryAdvice(node: node).improve($0, for: call) }
                            ?? HoldfastError(wrapping: error)
                        try await node.trail.outcome(
                            call, AuditOutcome(isCancelled ? .cancelled : .failed, code: isCancelled ? nil : shown.code.rawValue))
                        if !isCancelled { try await write(Self.line(TuneLine(error: ErrorBody(shown, requestID: call.id).error))) }
                    }
                },
                abandoned: {
                    node.tunings.endMeasuring()
                    try? await node.trail.outcome(call, AuditOutcome(.cancelled))
                }),
            recorded: .byBody)
    }

    private func run(_ write: Reply.Write) async throws {
        let started = ContinuousClock.now
        let (lines, source) = AsyncStream<TuningProgress>.makeStream(bufferingPolicy: .bufferingNewest(8))
        async let measured = measure(source)
        for await progress in lines { try await send(TuneLine(progress: .init(progress)), write) }
        let outcome = try await measured
        let result = try await store(outcome, after: (ContinuousClock.now - started).milliseconds)
        try await send(TuneLine(result: result), write)
    }

    private func measure(_ progress: AsyncStream<TuningProgress>.Continuation) async throws -> TuningOutcome {
        defer { progress.finish() }
        var loadable = try await node.loadable(model)
        loadable.settings = nil
        let bench = TuningBench(engines: node.engines, model: loadable, settings: node.tunings.settings)
        return try await call.hangUp.cancelling {
            // A node that ends does not wait for it.
            try await cancelWhenGracefulShutdown {
                try await bench.run(
                    cores: node.tunings.hardware.cores, allowsQ8: input.allowsQ8, within: .seconds(input.seconds)
                ) { progress.yield($0) }
            }
        }
    }

    private func store(_ outcome: TuningOutcome, after milliseconds: Int64) async throws -> TuneResult {
        guard let engine = node.tunings.engine else {
            throw HoldfastError(.engineMissing, "The engine went while it was measured. Nothing was changed.", hint: "scripts/setup")
        }
        let hardware = node.tunings.hardware.description
        var choice: StoredTuning?
        if outcome.isBetter, let best = outcome.best {
            choice = StoredTuning(
                model: model.digest, engine: engine, hardware: hardware, tuning: best.tuning, gain: outcome.gain,
                noise: outcome.noise, measuredAt: node.now())
        }
        let before = node.tunings.settings(of: model.digest)
        var record = node.trail.record(of: call)
        record.parameters = Self.parameters(of: outcome)
        try await node.store.commit { [record, choice] transaction in
            try transaction.removeTunings(of: model.digest, engine: engine, hardware: hardware)
            if let choice { try transaction.setTuning(choice) }
            try transaction.append(record)
        }
        node.tunings.remove(of: model.digest, engine: engine, hardware: hardware)
        if let choice { node.tunings.add(choice) }
        let hasChanged = node.tunings.settings(of: model.digest) != before
        let isInUse = hasChanged ? await node.engines.renew(model.digest) : false
        let pins = hasChanged ? try await node.store.registry.prompts(of: model.digest).count : 0
        return TuneResult(
            name: input.name.description, digest: model.digest, engine: engine, hardware: hardware, isStored: choice != nil,
            defaults: .init(outcome.defaults), engineDefaults: outcome.engineDefaults.map { .init($0) },
            best: outcome.best.map { .init($0) },
            gain: outcome.gain, engineGain: outcome.engineGain, noise: outcome.noise, rounds: outcome.rounds, trials: outcome.trials,
            unsupported: outcome.unsupported, milliseconds: milliseconds, isInUse: isInUse, pinnedPrompts: pins)
    }

    /// The gain, and what was chosen.
    private static func parameters(of outcome: TuningOutcome) -> [String: Int64] {
        var parameters: [String: Int64] = [
            "stored": outcome.isBetter ? 1 : 0, "trials": Int64(outcome.trials), "gain_milli": outcome.gain.total.thousandths,
            "gain_prompt_milli": outcome.gain.prompt.thousandths, "gain_answer_milli": outcome.gain.answer.thousandths,
            "noise_milli": outcome.noise.thousandths,
        ]
        guard outcome.isBetter, let tuning = outcome.best?.tuning else { return parameters }
        parameters["threads"] = tuning.threads.map(Int64.init)
        parameters["batch_threads"] = tuning.batchThreads.map(Int64.init)
        parameters["micro_batch"] = Int64(tuning.microBatchSize)
        parameters["flash_attention"] = tuning.flashAttention ? 1 : 0
        parameters["cache_bits"] = tuning.cacheType == .f16 ? 16 : 8
        parameters["speculation"] = tuning.speculation == .off ? 0 : 1
        return parameters
    }

    /// A write that fails means the client has gone.
    private func send(_ line: TuneLine, _ write: Reply.Write) async throws {
        let bytes = try Self.line(line)
        do { try await write(bytes) } catch { throw CancellationError() }
    }

    private static func line(_ line: TuneLine) throws -> ByteBuffer {
        ByteBuffer(bytes: try JSONEncoder().encode(line) + [UInt8(ascii: "\n")])
    }
}

/// `DELETE /holdfast/v1/models/{name}/tune`.
struct ModelTuneResetHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.modelTuneReset
    let node: Node

    func handle(_ input: ModelName, _ call: Call) async throws -> Answer {
        let model = try await node.lookup.find(input, call)
        let wasUsed = node.tunings.used(for: model.digest) != nil
        let record = node.trail.record(of: call.about(model))
        let removed = try await node.store.commit { transaction in
            let removed = try transaction.removeTunings(of: model.digest)
            try transaction.append(record)
            return removed
        }
        node.tunings.remove(of: model.digest)
        let isInUse = wasUsed ? await node.engines.renew(model.digest) : false
        return Answer(
            try .json(TuneResetBody(name: input.description, removed: removed, isInUse: isInUse)), recorded: .written)
    }
}

extension TuneLine.Progress {
    init(_ progress: TuningProgress) {
        self.init(
            stage: progress.stage.rawValue, done: progress.done, total: progress.total, settings: progress.tuning, speed: progress.speed)
    }
}

extension TuneResult.Measured {
    init(_ measured: TuningOutcome.Measured) { self.init(settings: measured.tuning, speed: measured.speed) }
}
