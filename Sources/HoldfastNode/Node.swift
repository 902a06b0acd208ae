import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastStore
import Logging

/// What handlers work with. Put together in one place, `NodeAssembly`; each handler takes of it what it needs.
struct Node: Sendable {
    let configuration: NodeConfiguration
    let store: NodeStore
    let policy: ActivePolicy
    let trail: NodeAuditTrail
    let tokens: TokenBook
    let applicationSockets: ApplicationSockets
    let events: DaemonEvents
    let engines: EngineManager
    let locator: EngineLocator
    let connections: ConnectionLimits
    let meter = RequestMeter()
    let startedAt: Int64
    let now: @Sendable () -> Int64
    let logger: Logger

    var policyChange: PolicyChange { PolicyChange(store: store, policy: policy) }
    var lookup: ModelLookup { ModelLookup(registry: store.registry) }
    var verifiedBlob: VerifiedBlob { VerifiedBlob(store: store, events: events) }

    /// The engine for a model, loaded if need be, after its file was held against its digest.
    func engine(for model: Model) async throws -> any Engine {
        let path = try await verifiedBlob.path(of: model)
        return try await engines.lease(
            LoadableModel(
                digest: model.digest, path: path, name: model.name, trainedContext: Self.trainedContext(model)))
    }

    /// Tokens of context that one request to a model has.
    func context(of model: Model) -> Int { EngineSettings(configuration).context(trained: Self.trainedContext(model)) }

    private static func trainedContext(_ model: Model) -> Int? { model.description.contextLength.flatMap { Int(exactly: $0) } }
}
