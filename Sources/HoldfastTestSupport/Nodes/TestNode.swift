import Foundation
public import Glibc

/// The real daemon in folders of its own, with the real engine unless told otherwise.
public final class TestNode: Sendable {
    public struct Settings: Sendable {
        /// `HOLDFAST_*` of the daemon.
        public var environment: [String: String] = [:]
        /// Policy files by name; empty for none, and then there is no policies folder.
        public var policies: [String: String] = [:]
        public var system = false
        /// Run the scripted engine instead of the real one.
        public var scriptedEngine = false

        public init() {}
    }

    public let folder: String
    public let settings: Settings
    private let running: Mutexed<TestProcess?>

    public var state: String { folder + "/state" }
    public var runtime: String { folder + "/run" }
    public var policies: String { folder + "/policies" }
    public var api: String { runtime + "/api.sock" }
    public var admin: String { runtime + "/admin.sock" }

    /// Makes the folders; nothing runs yet.
    public init(_ settings: Settings = Settings()) throws {
        folder = try TemporaryFolder.make()
        self.settings = settings
        running = Mutexed(nil)
        if !settings.policies.isEmpty { try FileManager.default.createDirectory(atPath: policies, withIntermediateDirectories: false) }
        for (name, text) in settings.policies { try write(policy: name, text) }
        if settings.scriptedEngine {
            // Only what root owns and nobody else may write is run.
            try FileManager.default.copyItem(atPath: SourceTree.fixture("scripted-engine.py"), toPath: folder + "/llama-server")
            chmod(folder + "/llama-server", 0o755)
        }
    }

    /// Starts a node for `body`, and ends it whatever happens. Nothing of it is left then.
    public static func with<Value: Sendable>(
        _ configure: (inout Settings) -> Void = { _ in }, _ body: (TestNode) async throws -> Value
    ) async throws -> Value {
        var settings = Settings()
        configure(&settings)
        let node = try TestNode(settings)
        do {
            try await node.start()
            let value = try await body(node)
            try await node.remove()
            return value
        } catch {
            let said = node.log
            try? await node.remove()
            // Recorded issues keep their place; an error gets the daemon's own words.
            if let failure = error as? TestFailure { throw TestFailure("\(failure)\nholdfastd said: \(said.suffix(2000))") }
            throw error
        }
    }

    public func write(policy name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(policies)/\(name)"))
    }

    // MARK: The daemon

    public var environment: [String: String] {
        var environment = ["HOLDFAST_ENGINE_THREADS": "1", "HOLDFAST_CACHE": Installed.prefix]
        if settings.scriptedEngine { environment["HOLDFAST_ENGINE_PATH"] = folder + "/llama-server" }
        return environment.merging(settings.environment) { $1 }
    }

    public var arguments: [String] {
        var arguments = ["--state", state, "--runtime", runtime]
        if !settings.policies.isEmpty { arguments += ["--policies", policies] }
        if settings.system { arguments.append("--system") }
        return arguments
    }

    /// A daemon for these folders that nobody waits for; ``start()`` is what most tests want.
    public func spawn(extra: [String: String] = [:]) throws -> TestProcess {
        try TestProcess(SourceTree.program("holdfastd"), arguments, environment: environment.merging(extra) { $1 })
    }

    /// Starts the daemon and waits until it serves.
    public func start(extra: [String: String] = [:]) async throws {
        try await waitUntilServing(begin(extra: extra))
    }

    /// Starts the daemon and does not wait.
    @discardableResult public func begin(extra: [String: String] = [:]) throws -> TestProcess {
        let process = try spawn(extra: extra)
        running.with { $0 = process }
        return process
    }

    public func waitUntilServing(_ process: TestProcess) async throws {
        try await eventually("holdfastd serves") {
            if let status = process.status() { throw TestFailure("holdfastd ended with \(status): \(process.errors)") }
            return (try? await self.get(self.admin, "/healthz").status) == 200
        }
    }

    public var daemon: TestProcess {
        get throws {
            guard let process = running.with({ $0 }) else { throw TestFailure("the daemon was not started") }
            return process
        }
    }

    public var log: String { running.with { $0?.errors } ?? "" }

    /// - Returns: the exit status.
    @discardableResult public func stop(_ signal: Int32 = SIGTERM, within limit: Duration = .seconds(60)) async throws -> Int32 {
        let process = try daemon
        process.signal(signal)
        do {
            let finished = try await process.finished(within: limit)
            return finished.status
        } catch {
            process.signal(SIGKILL)
            throw error
        }
    }

    /// Ends the daemon if it runs, and removes the folders.
    public func remove() async throws {
        if let process = running.with({ $0 }), process.status() == nil {
            process.signal(SIGTERM)
            let ended = try? await process.finished(within: .seconds(30))
            if ended == nil {
                process.signal(SIGKILL)
                _ = try await process.finished(within: .seconds(30))
            }
        }
        try FileManager.default.removeItem(atPath: folder)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}
