import HTTPTypes
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird
import NIOCore

/// `GET /tuf/metadata/{file}`.
struct MetadataHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.catalogMetadata
    let catalog: Catalog

    func read(_ request: Request, _ parameters: Parameters) async throws -> String { parameters.get("file") ?? "" }
    func resources(of input: String) -> [Resource] { [] }

    func handle(_ input: String, _ call: Call) async throws -> Answer {
        guard let bytes = try await catalog.storage.metadata(named: input) else { throw HoldfastError.noSuchFile(input) }
        return Answer(.bytes(ByteBuffer(bytes: bytes), type: "application/json").with(.cacheControl, "no-cache"), recorded: .counted)
    }
}

/// `GET /tuf/targets/…`.
struct TargetHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.catalogTarget
    let catalog: Catalog
    private static let prefix = "/tuf/targets/"

    func read(_ request: Request, _ parameters: Parameters) async throws -> String { String(request.uri.path.dropFirst(Self.prefix.count)) }
    func resources(of input: String) -> [Resource] { [] }

    func handle(_ input: String, _ call: Call) async throws -> Answer {
        guard let bytes = try await catalog.storage.target(input) else { throw HoldfastError.noSuchFile(input) }
        return Answer(.bytes(ByteBuffer(bytes: bytes), type: "application/json"), recorded: .counted)
    }
}

/// `GET /directors/{node}`: 304 for whoever has the newest.
struct DirectorHandler: OperationHandler {
    struct Input: Sendable {
        let node: String
        let known: String?
    }

    let operation = HoldfastAPI.Operation.catalogDirector
    let catalog: Catalog

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let node = parameters.get("node") ?? ""
        guard DirectorDocument.isName(node) else {
            throw HoldfastError(.nameInvalid, "'\(node.prefix(80))' is no node's name.", field: "node")
        }
        return Input(node: node, known: request.headers[.ifNoneMatch])
    }

    func resources(of input: Input) -> [Resource] { [] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        guard let director = try await catalog.storage.director(input.node) else {
            throw HoldfastError.noSuchFile("directors/\(input.node)")
        }
        let tag = "\"\(TUFHashes(of: director.bytes).byAlgorithm["sha256"] ?? "")\""
        let isKnown = input.known == tag
        let reply = Reply.bytes(ByteBuffer(bytes: isKnown ? [] : director.bytes), type: "application/json", status: isKnown ? 304 : 200)
        return Answer(reply.with(.eTag, tag).with(.cacheControl, "no-cache"), recorded: .counted)
    }
}

extension HoldfastError {
    static func noSuchFile(_ name: String) -> HoldfastError { HoldfastError(.targetNotFound, "The catalog has no '\(name.prefix(200))'.") }
}
