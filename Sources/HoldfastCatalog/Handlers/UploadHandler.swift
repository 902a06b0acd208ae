import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird
import NIOCore

/// `POST /catalog/v1/blobs/{name}?format=gguf`: the body is the file. It is described by the reader that nodes use, and refused as a node would.
struct UploadHandler: OperationHandler {
    struct Input: Sendable {
        let name: ModelName
        let length: Int64
        let isModel: Bool
        let body: RequestBody
    }

    let operation = HoldfastAPI.Operation.catalogUpload
    let catalog: Catalog
    private static let stall: Duration = .seconds(60)

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        guard let length = request.headers[.contentLength].flatMap(Int64.init), length > 0 else {
            throw HoldfastError(
                .invalidRequest, "The request must carry the file, with its length in Content-Length.",
                hint: "holdfast catalog publish FILE")
        }
        let isModel = request.uri.queryParameters.get("format") != "archive"
        return Input(name: try parameters.modelName(), length: length, isModel: isModel, body: request.body)
    }

    func resources(of input: Input) -> [Resource] { [.model(input.name)] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        let staged = try catalog.storage.stage(expectedSize: input.length)
        do {
            try await receive(input, into: staged)
            let digest = try await staged.finish(expectedSize: input.length)
            let contents = try staged.contents()
            let variant = try await offPool { try Self.describe(contents, isModel: input.isModel) }
            guard variant.digest == digest else { throw HoldfastError(.modelCorrupt, "The uploaded file changed while it was read.") }
            let blob = CatalogBlob(
                digest: digest, size: input.length, variant: try StoredVariant(variant).bytes(), time: catalog.trail.time)
            try await catalog.storage.finish(staged, blob, record: catalog.trail.record(of: call.about(input.name, digest)))
            return Answer(try .json(UploadedBody(digest: digest.description, size: input.length)), recorded: .written)
        } catch {
            staged.discard()
            throw error
        }
    }

    static func describe(_ file: some RandomAccessBytes, isModel: Bool) throws -> Manifest.Variant {
        if isModel { return try Manifest.Variant.describe(file, device: "cpu").variant }
        let (digest, chunks) = try ChunkPlan(size: file.size).digest(file)
        return Manifest.Variant(device: "cpu", format: "archive", digest: digest, size: Int64(clamping: file.size), chunks: chunks)
    }

    private func receive(_ input: Input, into staged: StagedBlob) async throws {
        let body = input.body
        try await withThrowingTaskGroup(of: Void.self) { group in
            let progress = Progress()
            group.addTask {
                var iterator = body.makeAsyncIterator()
                while let buffer = try await Self.next(&iterator) {
                    progress.note()
                    try buffer.withUnsafeReadableBytes { try staged.append($0) }
                    try await staged.waitForRoom()
                }
            }
            group.addTask {
                while true {
                    let before = progress.count
                    try await Task.sleep(for: Self.stall)
                    if progress.count == before {
                        throw HoldfastError(.uploadIncomplete, "Nothing came for \(Self.stall.components.seconds) seconds.")
                    }
                }
            }
            try await group.next()
            group.cancelAll()
        }
        guard staged.received == input.length else {
            throw HoldfastError(
                .uploadIncomplete, "The upload ended after \(staged.received) of \(input.length) bytes.",
                hint: "holdfast catalog publish again")
        }
    }

    private static func next(_ body: inout RequestBody.AsyncIterator) async throws -> ByteBuffer? {
        do {
            return try await body.next()
        } catch let error where !(error is CancellationError) {
            throw HoldfastError(
                .uploadIncomplete, "The upload ended before it was whole.", hint: "holdfast catalog publish again", cause: error)
        }
    }
}
