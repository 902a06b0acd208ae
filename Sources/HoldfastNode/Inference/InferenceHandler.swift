import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import Hummingbird

/// `POST /v1/chat/completions` and `POST /v1/completions`.
struct InferenceHandler: OperationHandler {
    let operation: HoldfastAPI.Operation
    let node: Node
    private let parse: @Sendable (Request) async throws -> InferenceRequest

    static func chat(_ node: Node) -> InferenceHandler {
        InferenceHandler(operation: .chatCompletions, node: node) { request in
            try InferenceRequest(RequestDecoding.decode(ChatCompletionRequest.self, from: await RequestBodyReader.collect(request)))
        }
    }

    static func completion(_ node: Node) -> InferenceHandler {
        InferenceHandler(operation: .completions, node: node) { request in
            try InferenceRequest(RequestDecoding.decode(CompletionRequest.self, from: await RequestBodyReader.collect(request)))
        }
    }

    private init(operation: HoldfastAPI.Operation, node: Node, parse: @escaping @Sendable (Request) async throws -> InferenceRequest) {
        self.operation = operation
        self.node = node
        self.parse = parse
    }

    func read(_ request: Request, _ parameters: Parameters) async throws -> InferenceRequest { try await parse(request) }

    func resources(of input: InferenceRequest) -> [Resource] { [.model(input.name)] }

    func handle(_ input: InferenceRequest, _ call: Call) async throws -> Answer {
        let model = try await node.lookup.find(input.name, call)
        let call = call.about(model)
        let admitted = try await Admission(node: node, call: call, model: model, request: input).admit()
        let record = admitted.record
        // What one subject computed is never another's to gain from.
        let ceiling = call.authorizer.priority(of: call.caller, on: input.name)
        let terms = RequestTerms(
            tenant: call.caller.tenant, priority: min(ceiling, input.scheduling.priority ?? ceiling), keepAlive: input.scheduling.keepAlive)
        let generation = Generation(call.hangUp) {
            try await node.use(model, for: terms, by: call).generate(input.generation)
        }
        let answer = InferenceAnswer(
            request: input, id: (input.kind == .chat ? "chatcmpl-" : "cmpl-") + call.id, created: Int(call.receivedAt / 1000),
            generation: generation, record: record)
        // The intent commits while the model loads and prefills, unless it had to be there for the request to be let in.
        async let begun: Void = admitted.isBegun ? () : record.begin()
        guard input.stream else {
            do { try await begun } catch { throw unrecorded(error, generation) }
            return try await answer.whole()
        }
        let first: GenerationEvent
        do {
            var events = generation.events.makeAsyncIterator()
            guard let event = try await events.next() else { throw CancellationError() }
            first = event
        } catch {
            generation.end()
            try await begun
            try await record.fail(error, streaming: false)
            throw RecordedFailure(error: error)
        }
        do { try await begun } catch { throw unrecorded(error, generation) }
        return try answer.streamed(first: first)
    }

    /// No record, no answer. Where the trail works all the same (what should be captured has no room), the refusal itself is recorded.
    private func unrecorded(_ error: any Error, _ generation: Generation) -> any Error {
        generation.end()
        return node.trail.failure == nil ? error : RecordedFailure(error: error)
    }
}
