import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird

/// `POST /catalog/v1/directors/{node}`.
struct DirectorSetHandler: OperationHandler {
    struct Input: Sendable {
        let node: String
        let body: DirectorBody
    }

    let operation = HoldfastAPI.Operation.catalogDirectorSet
    let catalog: Catalog

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let node = parameters.get("node") ?? ""
        guard DirectorDocument.isName(node) else {
            throw HoldfastError(.nameInvalid, "'\(node.prefix(80))' is no node's name.", field: "node")
        }
        return Input(node: node, body: try await request.json(DirectorBody.self))
    }

    func resources(of input: Input) -> [Resource] { [.node] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        var record = catalog.trail.record(of: call)
        record.resource = AuditResource(kind: "director", name: input.node)
        let document = try await catalog.repository.direct(input.node, input.body, record: record)
        return Answer(try .json(DirectorBody(document)), recorded: .written)
    }
}

/// `GET /catalog/v1/directors`.
struct DirectorListHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.catalogDirectorList
    let catalog: Catalog

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        let list = try await catalog.storage.directors().map { DirectorBody(try DirectorDocument(reading: $0.bytes)) }
        return Answer(try .json(DirectorListBody(directors: list)), recorded: .counted)
    }
}

extension DirectorBody {
    init(_ document: DirectorDocument) {
        self.init(
            models: document.models.map { Model(name: $0.name, version: $0.version, device: $0.device, pinned: $0.pinned) },
            download: document.windows.download, activate: document.windows.activate, localOverride: document.localOverride)
        node = document.node
        version = document.header.version
        expires = document.header.expires.description
    }
}
