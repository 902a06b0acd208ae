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
        try await refuseTakenName(input)
        let staged = try node.store.blobs.stage(expectedSize: input.length)
        var published: SHA256Digest?
        do {
            try await receive(input, into: staged)
            let digest = try await staged.finish(expectedSize: input.length)
            let contents = try staged.contents()
            let description = try await offPool { try ModelDescription.describe(contents) }
            let existing = try await node.store.registry.entry(named: input.name)
            let fingerprint = try await offPool { try staged.publish() }
            published = digest
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
            // A refused file must not hold its part of the quota until somebody prunes.
            if let published { try? await node.store.removeUnreferenced(published) }
            throw error
        }
    }

    /// Said before gigabytes come: a file of another size is another file.
    private func refuseTakenName(_ input: Input) async throws {
        guard let owner = try await node.store.registry.entry(named: input.name), owner.size != input.length else { return }
        throw HoldfastError(
            .modelExists, "The name '\(input.name)' belongs to another model (\(owner.digest.short)).",
            hint: "choose another --name, or first run: holdfast model remove \(input.name)", field: "name")
    }

    private func receive(_ input: Input, into staged: StagedBlob) async throws {
        let watch = StallWatch(limit: Self.stall)
        try await watch.run {
            var isFirst = true
            var body = input.body.makeAsyncIterator()
            while let buffer = try await next(&body, input, staged) {
                watch.progressed()
                if isFirst, buffer.readableBytes > 0 {
                    try Self.checkMagic(buffer)
                    isFirst = false
                }
                try buffer.withUnsafeReadableBytes { try staged.append($0) }
                try await staged.waitForRoom()
            }
        }
        guard staged.received == input.length else { throw incomplete(input, staged) }
    }

    /// - Throws: ``HoldfastError`` `upload_incomplete` when the client has gone.
    private func next(_ body: inout RequestBody.AsyncIterator, _ input: Input, _ staged: StagedBlob) async throws -> ByteBuffer? {
        do {
            return try await body.next()
        } catch let error where !(error is CancellationError) {
            throw incomplete(input, staged, cause: error)
        }
    }

    private func incomplete(_ input: Input, _ staged: StagedBlob, cause: (any Error)? = nil) -> HoldfastError {
        HoldfastError(
            .uploadIncomplete, "The upload ended after \(staged.received) of \(input.length) bytes.",
            hint: "holdfast model add FILE --name \(input.name)", cause: cause)
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
