import Glibc
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastStore
import Logging
import ServiceLifecycle
import UnixSignals

/// The whole daemon as a value: everything is put together here, and run until it is told to stop.
struct Daemon {
    let node: Node
    private let notifier: ServiceNotifier
    private let inventory: EngineInventory
    private let engineEvents: AsyncStream<EngineEvent>
    private let engineEventSource: AsyncStream<EngineEvent>.Continuation
    private let listeners: [ListeningSocket]
    private let sockets: [ApplicationSocket]
    private let watchdog: Duration?

    /// Opens the state, loads the policies and binds the sockets; nothing is served yet.
    /// - Parameter programs: the folder of `holdfast-confine` and `holdfast-check-gguf`.
    /// - Throws: ``HoldfastError``, saying what is in the way.
    init(_ configuration: NodeConfiguration, programs: String, environment: [String: String], logger: Logger) async throws {
        let clock = NodeClock()
        let now: @Sendable () -> Int64 = { clock.now }
        for warning in configuration.warnings { logger.warning("configuration", metadata: ["warning": "\(warning)"]) }
        try RuntimeFolder.prepare(configuration.runtime)
        let inherited = try InheritedSockets.read(environment: environment)
        let launching = try EngineLaunching(configuration, programs: programs)
        try Self.refuseServedSockets(configuration, inherited)
        let notifier = ServiceNotifier(environment: environment)
        var options = StoreOptions(
            stateDirectory: configuration.state, quotaBytes: configuration.quotaBytes, reserveBytes: configuration.reserveBytes,
            auditReserveBytes: configuration.audit.reserveBytes,
            credentialsDirectory: environment["CREDENTIALS_DIRECTORY"], now: now)
        options.isClockTrusted = { clock.reading.isTrusted }
        options.learnTime = { clock.learn($0) }
        let store = try await StartExtension(notifier: notifier).during { [options] in try NodeStore.open(options) }
        let policy = try ActivePolicy(
            directory: PolicyDirectory(path: configuration.policies), stored: try await store.policies.active(),
            builtIn: configuration.system ? .systemd() : .startedBy(uid: getuid()))
        for warning in policy.warnings { logger.warning("policy", metadata: ["warning": "\(warning)"]) }
        listeners = try Self.listen(configuration, inherited)
        let trail = NodeAuditTrail(store: store, settings: configuration.audit, now: now)
        let locator = EngineLocator(configuredPath: configuration.enginePath, prefix: configuration.cache)
        let inventory = EngineInventory(locator: locator, shelf: store.engines, selection: try await store.engines.selection())
        let (events, source) = AsyncStream<EngineEvent>.makeStream()
        let prefixes = PrefixCache(
            state: configuration.state, runtime: configuration.runtime, settings: configuration.prefixes,
            pins: { digest in ((try? await store.registry.prompts(of: digest)) ?? []).compactMap(PinnedPrompt.init) }, now: now)
        if let off = prefixes.status.off { logger.notice("nothing computed is kept", metadata: ["because": "\(off)"]) }
        let settings = EngineSettings(configuration)
        let tunings = ModelTunings(settings: settings, inventory: inventory, stored: try await store.scheduling.tunings())
        let memory = ModelMemory(
            store: store, inventory: inventory, tunings: tunings, known: try await store.scheduling.measuredMemory(), logger: logger)
        let engines = EngineManager(
            driver: LlamaDriver(
                locate: { try inventory.locate() }, launcher: launching.launcher,
                check: ModelFileCheck(
                    launcher: launching.launcher, program: programs + "/holdfast-check-gguf", limits: settings.limits,
                    timeLimit: settings.loadLimit),
                access: launching.access, runtimeFolder: configuration.runtime, settings: settings,
                prefixes: prefixes),
            memory: memory.admission(configuration.scheduler), keepAlive: configuration.scheduler.keepAlive,
            bounds: configuration.scheduler.queue, onEvent: { source.yield($0) })
        let tokens = TokenBook()
        tokens.install(try await store.subjects.tokens(), version: -1)
        sockets = try await store.subjects.sockets()
        if let note = UserNamespace.note { logger.warning("user namespace", metadata: ["note": "\(note)"]) }
        node = Node(
            configuration: configuration, store: store, policy: policy, trail: trail, tokens: tokens,
            applicationSockets: ApplicationSockets(runtime: configuration.runtime, logger: logger),
            events: DaemonEvents(trail: trail, policy: policy, now: now),
            journal: configuration.audit.journald.map { JournalMirror(log: store.audit, socket: JournalSocket(path: $0), logger: logger) },
            engines: engines, launching: launching, memory: memory, tunings: tunings, prefixes: prefixes, inventory: inventory,
            trial: EngineTrial(launcher: launching.launcher, limits: settings.limits),
            connections: ConnectionLimits(maximum: configuration.maximumConnections, maximumPerUID: configuration.maximumConnectionsPerUID),
            startedAt: now(), clock: clock, logger: logger)
        self.inventory = inventory
        engineEvents = events
        engineEventSource = source
        self.notifier = notifier
        watchdog = LifeSign.interval(environment: environment)
    }

    /// Serves until SIGTERM or SIGINT, drains, and closes the books.
    func run() async throws {
        try await node.events.write("node.start", parameters: ["version": Self.versionNumber])
        try await node.events.policyLoaded(node.policyChange)
        let recorder = EngineRecorder(store: node.store, events: node.events, inventory: inventory, logger: node.logger)
        async let recorded: Void = recorder.run(engineEvents)
        async let looked: Void = look(recorder)
        let served: Result<Void, any Error>
        do {
            try await serve()
            served = .success(())
        } catch {
            served = .failure(error)
        }
        await looked
        // Open requests had their drain time, and nobody is connected any more.
        await node.engines.shutdown(drain: .zero)
        node.prefixes.close()
        engineEventSource.finish()
        await recorded
        await close()
        try served.get()
    }

    private func serve() async throws {
        let limit = DrainLimit(engines: node.engines, drain: .seconds(node.configuration.drainSeconds))
        try await withThrowingTaskGroup { group in
            group.addTask { await limit.enforce() }
            try await serviceGroup(limit).run()
            group.cancelAll()
        }
    }

    private func serviceGroup(_ limit: DrainLimit) -> ServiceGroup {
        let routes = Routes(node: node, status: StatusReport(node: node, inventory: inventory))
        let server: @Sendable (ListeningSocket) -> SocketServer = { [node] listener in
            let router = routes.router(for: listener)
            return SocketServer(
                listener: listener, limits: node.connections, idleSeconds: node.configuration.idleSeconds, logger: node.logger
            ) { request, context in await router.respond(request, context) }
        }
        let servers = listeners.map(server)
        node.applicationSockets.serve(with: server)
        node.applicationSockets.openAll(sockets)
        let keeper = AuditKeeper(
            store: node.store, trail: node.trail, events: node.events, settings: node.configuration.audit,
            forgetting: node.forgetting, clock: node.clock, logger: node.logger)
        var configuration = ServiceGroupConfiguration(
            services: [
                AuditTicker(trail: node.trail, store: node.store, keeper: keeper, logger: node.logger),
                ClockWatch(clock: node.clock, events: node.events, logger: node.logger),
                IdleTrim(),
                PolicyReloader(
                    change: node.policyChange, events: node.events, notifier: notifier, summary: summary, logger: node.logger),
                SubjectTicker(tokens: node.tokens, sockets: node.applicationSockets, store: node.store, logger: node.logger),
                node.applicationSockets,
                PinKeeper(node: node),
            ] + [node.journal].compactMap { $0 } + servers + [
                LifeSign(notifier: notifier, proofs: proofs, summary: summary, interval: watchdog, logger: node.logger), limit,
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: node.logger)
        configuration.maximumGracefulShutdownDuration = .seconds(node.configuration.drainSeconds) + DrainLimit.farewell
        return ServiceGroup(configuration: configuration)
    }

    private var proofs: [LifeProof] {
        // The other socket is not the daemon's own to open.
        let api = listeners.first { $0.kind == .api }?.boundPath
        return [api.map(LifeProof.listener)].compactMap { $0 } + [.writer(node.store), .scheduler(node.engines)]
    }

    private var summary: @Sendable () async -> String {
        { [node] in
            let runtime = node.configuration.runtime
            if let failure = node.trail.failure { return "Serving on \(runtime), degraded: \(failure.message)" }
            let loaded = await node.engines.loaded().count
            return "Serving on \(runtime); \(loaded) model\(loaded == 1 ? "" : "s") loaded"
        }
    }

    /// Finds the engine at start, so that `holdfast status` says what is missing before the first request does.
    private func look(_ recorder: EngineRecorder) async {
        do {
            _ = try await offPool { try inventory.locate() }
            try await recorder.recordInventory()
        } catch {
            node.logger.warning("no engine", metadata: ["error": "\(error)"])
        }
    }

    private func close() async {
        do {
            try await node.tokens.flush(to: node.store)
            await node.trail.writeDeferred(essential: true)
            try await node.trail.flush(readsToo: true, all: true)
            try await node.events.write("node.stop")
        } catch {
            node.logger.error("the last records could not be written", metadata: ["error": "\(error)"])
        }
        await node.journal?.finish()
        await node.store.close()
        node.logger.notice("stopped", metadata: ["runtime": "\(node.configuration.runtime)"])
    }

    /// Before the state is opened, so that a daemon that cannot serve does not leave a new state directory behind. They are bound after it:
    /// only who holds the state may replace a dead socket.
    private static func refuseServedSockets(
        _ configuration: NodeConfiguration, _ inherited: [InheritedSockets.Name: ListeningSocket]
    ) throws {
        for name in [InheritedSockets.Name.api, .admin] where inherited[name] == nil {
            try ListeningSocket.isDeadSocket("\(configuration.runtime)/\(name.rawValue).sock")
        }
    }

    private static func listen(
        _ configuration: NodeConfiguration, _ inherited: [InheritedSockets.Name: ListeningSocket]
    ) throws -> [ListeningSocket] {
        let api = try inherited[.api] ?? ListeningSocket(binding: configuration.runtime + "/api.sock", kind: .api, mode: 0o666)
        let group = getuid() == 0 ? SystemNames.groupID("holdfast-admin") : nil
        let admin =
            try inherited[.admin]
            ?? ListeningSocket(
                binding: configuration.runtime + "/admin.sock", kind: .admin, mode: configuration.adminSocketMode, group: group)
        return [api, admin] + [inherited[.loopback]].compactMap { $0 }
    }

    /// 1.2.3 as 1002003.
    private static var versionNumber: Int64 {
        HoldfastVersion.text.split(separator: ".").reduce(0) { $0 * 1000 + (Int64($1) ?? 0) }
    }
}

extension EngineSettings {
    init(_ configuration: NodeConfiguration) {
        self.init()
        keepsFullWindow = configuration.prefixes.keepsFullWindow && configuration.prefixes.maximumBytes > 0
        slots = configuration.engineSlots
        contextLength = configuration.engineContext
        queue = configuration.scheduler.queue
        threads = configuration.engineThreads
        stall = .seconds(configuration.engineStallSeconds)
        silence = stall * 10
        limits.dataBytes = configuration.engineMemoryBytes.map(UInt64.init) ?? Self.machineMemory / 8 * 7
    }

    /// Bytes. So that an engine that takes all memory is stopped by its own limit, before the kernel has to choose.
    private static var machineMemory: UInt64 {
        UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES)))) * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
    }
}
