import FoundationEssentials
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastSigner
import Hummingbird

/// `POST /catalog/v1/publications/{name}` and `…/withdrawals/{name}`: what an operator signed about one version, NAME:VERSION.
struct PublishHandler: OperationHandler {
    struct Input: Sendable {
        let name: ModelName
        let body: PublicationBody
    }

    let operation: HoldfastAPI.Operation
    let step: PublicationCheck.Step
    let catalog: Catalog

    static func publish(_ catalog: Catalog) -> Self { Self(operation: .catalogPublish, step: .publish, catalog: catalog) }
    static func withdraw(_ catalog: Catalog) -> Self { Self(operation: .catalogWithdraw, step: .withdraw, catalog: catalog) }

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let body = try await request.json(PublicationBody.self)
        guard body.root == nil, body.targets != nil else {
            throw HoldfastError(.invalidRequest, "It must carry targets metadata and no root.", hint: "holdfast catalog publish")
        }
        return Input(name: try parameters.modelName(), body: body)
    }

    func resources(of input: Input) -> [Resource] { [.model(input.name)] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        let published = try await catalog.repository.publish(input.body, step, name: input.name, record: catalog.trail.record(of: call))
        return Answer(try .json(published), recorded: .written)
    }
}

/// `POST /catalog/v1/root`.
struct RootHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.catalogRoot
    let catalog: Catalog

    func read(_ request: Request, _ parameters: Parameters) async throws -> PublicationBody { try await request.json(PublicationBody.self) }
    func resources(of input: PublicationBody) -> [Resource] { [.node] }

    func handle(_ input: PublicationBody, _ call: Call) async throws -> Answer {
        let published = try await catalog.repository.publish(input, .keep, name: nil, record: catalog.trail.record(of: call))
        return Answer(try .json(published), recorded: .written)
    }
}

/// `GET /catalog/v1/repository`.
struct RepositoryHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.catalogRepository
    let catalog: Catalog

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        let files = try await catalog.storage.metadata()
        var metadata: [String: Data] = [:]
        var manifests: [String: Data] = [:]
        var problem: String?
        if !files.isEmpty {
            let repository = try TUFRepository(files: files)
            for name in Self.newest(files, repository) { metadata[name] = files[name].map { Data($0) } }
            for target in repository.targets()?.targets.values ?? [:].values {
                manifests[target.path] = try await catalog.storage.target(target.location(consistent: true)).map { Data($0) }
            }
        }
        var body: SignerBody?
        do {
            let signer = catalog.repository.signer
            let status = try await offPool { try signer.status() }
            body = SignerBody(status)
            let known = files.isEmpty ? [:] : CatalogRepository.versions(try TUFRepository(files: files))
            if let lost = ["targets", "snapshot", "timestamp"].first(where: { status.versions[$0] ?? 0 > known[$0] ?? 0 }), !files.isEmpty {
                problem =
                    "The signer has signed version \(status.versions[lost] ?? 0) of '\(lost)', and this catalog has \(known[lost] ?? 0): "
                    + "it was restored from a backup. Run: holdfast catalog renew"
            }
        } catch let error as HoldfastError {
            problem = error.message
        }
        return Answer(
            try .json(RepositoryBody(metadata: metadata, manifests: manifests, signer: body, problem: problem)), recorded: .counted)
    }

    private static func newest(_ files: [String: [UInt8]], _ repository: TUFRepository) -> [String] {
        let versions = CatalogRepository.versions(repository)
        return files.keys.filter { name in
            let parts = name.split(separator: ".")
            return parts.count < 3 || parts[1] == "root" || Int(parts[0]) == versions[String(parts[1])]
        }
    }
}

extension Request {
    /// The whole body as JSON.
    func json<Body: Decodable>(_ type: Body.Type) async throws -> Body {
        let data = try await RequestBodyReader.collect(self)
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw HoldfastError(
                .invalidRequest, "The request's body is not what this operation takes.", hint: "holdfast catalog --help", cause: error)
        }
    }
}
