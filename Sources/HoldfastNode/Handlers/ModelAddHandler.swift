import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird
import NIOCore

/// `POST /holdfast/v1/models/{name}`: the body is the file.
struct ModelAddHandler: OperationHandler {
    struct Input: Sendable {
        let name: ModelName
        let length: Int64
        let body: RequestBody
    }

    let operation = HoldfastAPI.Operation.modelAdd
    let node: Node

    /// A client that sends nothing for this long has gone or hangs.
    private static let stall: Duration = .seconds(60)

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        guard let length = request.headers[.contentLength].flatMap(Int64.init), length > 0 else {
            throw HoldfastError(
                .invalidRequest, "The request must carry the file, with its length in Content-Length.",
                hint: "holdfast model add FILE --name NAME")
        }
        return Input(name: try parameters.modelName(), length: length, body: request.body)
    }

    func resources(of input: Input) -> [Resource] { [.model(input.name)] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        let staged = try node.store.blobs.stage(expectedSize: input.length)
        do {
            try await receive(input, into: staged)
            let digest = try await staged.finish(expectedSize: input.length)
            let contents = try staged.contents()
            let description = try await offPool { try ModelDescription.describe(contents) }
            let existing = try await node.store.registry.entry(named: input.name)
            let fingerprint = try await offPool { try staged.publish() }
            let record = node.trail.record(of: call.about(input.name, digest))
            let model = try await node.store.commit { transaction in
                let model = try transaction.addModel(
                    name: input.name, digest: digest, size: input.length, description: description, fingerprint: fingerprint)
                try transaction.append(record)
                return model
            }
            let names =
                model.names.filter { $0 == input.name }
                + model.names.filter { $0 != input.name }.filter(
                    call.authorizer.filter(call.caller, .modelsRead).allows)
            let info = ModelInfo(model, names: names.sorted(), loaded: false)
            return Answer(try .json(ModelAddedBody(model: info, created: existing == nil)), recorded: .written)
        } catch {
            staged.discard()
            throw error
        }
    }

    private func receive(_ input: Input, into staged: StagedBlob) async throws {
        let watch = StallWatch(limit: Self.stall)
        try await watch.run {
            var isFirst = true
            for try await buffer in input.body {
                watch.progressed()
                if isFirst, buffer.readableBytes > 0 {
                    try Self.checkMagic(buffer)
                    isFirst = false
                }
                try buffer.withUnsafeReadableBytes { try staged.append($0) }
                try await staged.waitForRoom()
            }
        }
        guard staged.received == input.length else {
            throw HoldfastError(
                .uploadIncomplete, "The upload ended after \(staged.received) of \(input.length) bytes.",
                hint: "holdfast model add FILE --name \(input.name)")
        }
    }

    /// Said at the first bytes, not after gigabytes.
    private static func checkMagic(_ buffer: ByteBuffer) throws {
        let magic = Array("GGUF".utf8)
        guard zip(buffer.readableBytesView, magic).allSatisfy(==) else {
            throw HoldfastError(
                .modelInvalid, "Not a usable GGUF model at byte 0: the file does not begin with 'GGUF'.",
                hint: "holdfast model add takes GGUF files")
        }
    }
}
