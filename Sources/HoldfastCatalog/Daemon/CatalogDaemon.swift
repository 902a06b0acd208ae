import Glibc
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastSigner
import HoldfastStore
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// The whole catalog as a value: put together here, and run until it is told to stop.
struct CatalogDaemon {
    struct Settings {
        var state: String
        var signer: String
        var listen: [CatalogAddress]
        var tls: SocketServer.Layer?
        /// Names that a request's Host may have beside those of this machine itself.
        var hosts: [String] = []
        var policies: String?
        /// A unit runs it under a user of its own: root and the group `holdfast-catalog` hold the roles.
        var system = false
    }

    private static let maximumConnections = 1024
    private static let drain: Duration = .seconds(10)

    let catalog: Catalog
    private let settings: Settings
    private let listeners: [ListeningSocket]

    init(_ settings: Settings, logger: Logger, now: @escaping @Sendable () -> Int64 = StoreOptions.wallClock) async throws {
        let storage = try EmbeddedStorage(state: settings.state, now: now)
        let builtIn: BuiltInBindings = settings.system ? .systemd(group: "holdfast-catalog") : .startedBy(uid: getuid())
        let policy = try PolicyLoader(builtInBindings: builtIn, resolver: SystemNames.resolver).load(
            try CatalogPolicies.read(settings.policies), generation: 1)
        let trail = CatalogAuditTrail(storage: storage, now: now)
        let repository = CatalogRepository(storage: storage, signer: SignerClient(path: settings.signer), now: now)
        catalog = Catalog(
            storage: storage, repository: repository, trail: trail, tokens: OperatorTokens(try await storage.tokens()),
            authorizer: Authorizer(policy), logger: logger)
        listeners = try settings.listen.map { try $0.listen() }
        self.settings = settings
    }

    func run() async throws {
        try await event("catalog.start")
        let limits = ConnectionLimits(maximum: Self.maximumConnections, maximumPerUID: Self.maximumConnections)
        let servers = listeners.map { listener in
            let router = router(for: listener)
            let isTCP = if case .loopback = listener.door { true } else { false }
            return SocketServer(
                listener: listener, limits: limits, idleSeconds: 120, logger: catalog.logger, layer: isTCP ? settings.tls : nil
            ) { request, context in await router.respond(request, context) }
        }
        var configuration = ServiceGroupConfiguration(
            services: [CatalogTicker(catalog: catalog)] + servers, gracefulShutdownSignals: [.sigterm, .sigint], logger: catalog.logger)
        configuration.maximumGracefulShutdownDuration = Self.drain
        catalog.logger.notice("serving", metadata: ["state": "\(settings.state)"])
        let served: Result<Void, any Error>
        do {
            try await ServiceGroup(configuration: configuration).run()
            served = .success(())
        } catch {
            served = .failure(error)
        }
        try? await catalog.trail.flush(all: true)
        try? await event("catalog.stop")
        await catalog.storage.close()
        try served.get()
    }

    private func router(for listener: ListeningSocket) -> OperationRouter {
        let (tokens, trail) = (catalog.tokens, catalog.trail)
        // Whoever brings no token is `loopback`, which is given nothing but what any caller may fetch.
        let gate = LoopbackGate(hosts: settings.hosts, admitsLoopback: true) { try tokens.verify($0, at: trail.time) }
        let isTCP = if case .loopback = listener.door { true } else { false }
        let pipeline = RequestPipeline(
            surface: .holdfast, authorizer: { [authorizer = catalog.authorizer] in authorizer }, audit: trail, now: { trail.time },
            gate: isTCP ? gate : nil)
        return OperationRouter(pipeline) { CatalogRoutes.add(&$0, catalog) }
    }

    private func event(_ operation: String) async throws {
        try await catalog.storage.append([CatalogEvents.record(operation, at: catalog.trail.time)], essential: true)
    }
}

/// Records of what the catalog itself does.
enum CatalogEvents {
    static func record(_ operation: String, at time: Int64) -> AuditRecord {
        AuditRecord(
            id: RequestID.make(at: time), time: time, phase: .event,
            actor: AuditActor(Caller(uid: getuid(), gid: getgid(), pid: getpid(), groups: [], socket: .internal)), operation: operation,
            resource: AuditResource(kind: "node"), outcome: AuditOutcome(.ok), policyGeneration: 1)
    }
}

/// Each minute: what is due is signed anew, what was counted is recorded, and what was recorded is covered by a checkpoint.
struct CatalogTicker: Service {
    let catalog: Catalog

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await tick()
                try? await Task.sleep(for: .seconds(60))
            }
        }
    }

    func tick() async {
        let trail = catalog.trail
        do {
            let count = try await catalog.repository.renew { CatalogEvents.record("catalog.renew", at: trail.time) }
            if count > 0 { catalog.logger.notice("signed anew", metadata: ["documents": "\(count)"]) }
        } catch {
            catalog.logger.error("what expires was not signed anew", metadata: ["error": "\(error)"])
        }
        do {
            try await trail.flush(all: false)
            try await catalog.storage.checkpoint()
        } catch {
            catalog.logger.error("records could not be written", metadata: ["error": "\(error)"])
        }
    }
}
