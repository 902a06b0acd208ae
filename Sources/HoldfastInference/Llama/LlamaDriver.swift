import HoldfastCore
import HoldfastHTTP
import NIOCore
import Synchronization

/// Loads a model into a new engine. One driver for each kind of engine.
public protocol EngineDriver: Sendable {
    /// Returns once the engine answers.
    /// - Throws: ``HoldfastError`` `engine_missing`, `engine_untrusted`, `engine_unconfined`, `model_invalid`, `engine_failed`, `engine_stalled`;
    ///   `CancellationError`.
    func start(_ model: LoadableModel) async throws -> any Engine
}

/// llama.cpp's `llama-server`.
public struct LlamaDriver: EngineDriver {
    private let locate: @Sendable () throws -> EngineLocation
    private let launcher: any EngineLauncher
    private let check: ModelFileCheck?
    private let access: EngineAccess
    private let runtimeFolder: String
    private let settings: EngineSettings
    private let prefixes: PrefixCache?
    private let clock: any EngineClock
    private let numbers = EngineNumbers()

    /// Clears `RUNTIME/engines` of what an earlier daemon left.
    /// - Parameter locate: ``EngineLocator/locate()``; asked at each start, so that an engine installed later is found.
    /// - Parameter check: reads a model's file before an engine does; without one, engines get files unread.
    /// - Parameter access: whose the engines' folders are; as the launcher has it.
    public init(
        locate: @escaping @Sendable () throws -> EngineLocation, launcher: any EngineLauncher, check: ModelFileCheck? = nil,
        access: EngineAccess = .daemon, runtimeFolder: String, settings: EngineSettings = EngineSettings(),
        prefixes: PrefixCache? = nil, clock: any EngineClock = SystemEngineClock()
    ) {
        self.locate = locate
        self.launcher = launcher
        self.check = check
        self.access = access
        self.runtimeFolder = runtimeFolder
        self.settings = settings
        self.prefixes = prefixes
        self.clock = clock
        EngineFolder.removeAll(runtimeFolder: runtimeFolder)
    }

    public func start(_ model: LoadableModel) async throws -> any Engine {
        let location = try locate()
        let settings = settings(for: model, location)
        try await check?.check(model)
        let folder = try EngineFolder(
            runtimeFolder: runtimeFolder, id: "\(model.digest.short)-\(numbers.next())", access: access,
            scratch: settings.isTrial ? nil : prefixes?.scratch)
        do {
            let arguments = arguments(for: model, settings, location, folder)
            var limits = settings.limits
            if folder.scratch != nil, let prefixes { limits.fileBytes = UInt64(prefixes.settings.maximumEntryBytes) }
            let process = try await launcher.launch(
                EngineLaunch(
                    program: location.path,
                    arguments: arguments, kind: location.isHosted ? .hosted : .native, socketPath: folder.socketPath, model: model.path,
                    folder: location.folder, scratch: folder.scratch, limits: limits))
            // An answer's head comes with its first token, however long the prompt is: stalls are watched for in another way.
            let client = UnixHTTPClient(socketPath: folder.socketPath, headTimeout: nil) { failure in
                HoldfastError(.engineFailed, "The engine failed to answer.", detail: failure.reason, cause: failure)
            }
            do {
                try await LlamaReadiness(model: model, process: process, client: client, settings: settings, clock: clock).wait()
            } catch {
                process.kill()
                _ = await process.wait()
                throw error
            }
            let engine = LlamaEngine(
                model: model, process: process, folder: folder, settings: settings, client: client, clock: clock
            ) { [prefixes, settings] pool in
                let scope = PrefixScope(
                    model: model.digest.hex, engine: location.digest.hex, version: location.version, arguments: arguments)
                let commands = LlamaSlotCommands(client: client, limit: min(.seconds(20), settings.stall))
                return prefixes?.attach(scope, model, folder: folder.scratch, pool, commands, clock)
            }
            if !settings.isTrial { prefixes?.add(engine) }
            return engine
        } catch {
            folder.remove()
            throw error
        }
    }

    /// What was chosen for another engine than the one that is there now is not used.
    private func settings(for model: LoadableModel, _ location: EngineLocation) -> EngineSettings {
        guard let own = model.settings, own.tunedFor == nil || own.tunedFor == location.build else { return settings }
        return own
    }

    private func arguments(
        for model: LoadableModel, _ settings: EngineSettings, _ location: EngineLocation, _ folder: EngineFolder
    ) -> [String] {
        // Also in a trial, which keeps nothing: it must compute as the others do.
        let hasWindow = model.slidingWindow != nil && prefixes?.scratch != nil && settings.keepsFullWindow
        return LlamaArguments.make(
            model: model, socketPath: folder.socketPath, settings: settings, slotFolder: folder.scratch,
            // The development engine's own server has no such option: what it does not restore is found out.
            keepsFullWindow: hasWindow && location.kind != .development)
    }
}

/// Numbers for the folders of engines, so that one that starts never meets one that ends.
final class EngineNumbers: Sendable {
    private let last = Mutex(0)

    func next() -> Int {
        last.withLock {
            $0 += 1
            return $0
        }
    }
}
