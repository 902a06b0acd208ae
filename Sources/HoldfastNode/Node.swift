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
    /// Nil where records are not mirrored.
    let journal: JournalMirror?
    let engines: EngineManager
    let launching: EngineLaunching
    let memory: ModelMemory
    let tunings: ModelTunings
    let prefixes: PrefixCache
    let inventory: EngineInventory
    let trial: EngineTrial
    let connections: ConnectionLimits
    let meter = RequestMeter()
    let startedAt: Int64
    let clock: NodeClock
    let logger: Logger

    /// Milliseconds since 1970, see ``NodeClock``.
    var now: @Sendable () -> Int64 { { [clock] in clock.now } }
    var policyChange: PolicyChange { PolicyChange(store: store, policy: policy) }
    /// Whatever keeps content of persons is in this list.
    var forgetting: Forgetting {
        Forgetting(
            store: store, holders: [StoredContent(store: store), ComputedPrompts(store: store, prefixes: prefixes)], logger: logger)
    }
    var lookup: ModelLookup { ModelLookup(registry: store.registry) }
    var verifiedBlob: VerifiedBlob { VerifiedBlob(store: store, events: events) }

    /// What a driver must know of a model, after its file was held against its digest.
    func loadable(_ model: Model) async throws -> LoadableModel {
        await tunings.prepare()
        let settings = tunings.settings(of: model.digest)
        return LoadableModel(
            digest: model.digest, path: try await verifiedBlob.path(of: model), name: model.name,
            trainedContext: Self.trainedContext(model), slidingWindow: model.description.slidingWindow,
            cacheBytesPerToken: model.description.cacheBytesPerToken(settings?.cacheType ?? .f16), settings: settings)
    }

    /// The engine of a model for one request, loaded if need be.
    func use(_ model: Model, for terms: RequestTerms, by call: Call) async throws -> EngineUse {
        do {
            return try await engines.use(try await loadable(model), for: terms)
        } catch let error as HoldfastError {
            throw MemoryAdvice(node: self).improve(error, for: call)
        }
    }

    /// Tokens of context that one request to a model has.
    func context(of model: Model) -> Int { EngineSettings(configuration).context(trained: Self.trainedContext(model)) }

    private static func trainedContext(_ model: Model) -> Int? { model.description.contextLength.flatMap { Int(exactly: $0) } }
}

extension ModelDescription {
    /// Keys and values of all layers for one token; nil where the header does not say.
    func cacheBytesPerToken(_ type: EngineTuning.CacheType) -> Int64? {
        guard let layers = blockCount, let heads = headCountKV ?? headCount, let embedding = embeddingLength, let all = headCount, all > 0
        else { return nil }
        let key = keyLength ?? embedding / all
        let value = valueLength ?? embedding / all
        let elements = Int64(layers).multipliedReportingOverflow(by: Int64(heads) * Int64(key + value))
        return elements.overflow ? nil : Int64(clamping: type.bytes(of: UInt64(clamping: elements.partialValue)))
    }
}
