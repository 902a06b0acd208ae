import Foundation
import HoldfastCore
import Testing

@testable import HoldfastInference

/// Where the parts that are not Swift are, and a folder that goes away.
struct TestMachine {
    /// Short, because sockets are made in it.
    let folder: String

    init() throws {
        folder = "/tmp/hf-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
        let path = folder + "/" + name
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    /// Moves a file of the folder into a folder of its own.
    func folder(named name: String, holding file: String) throws {
        try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: false)
        try FileManager.default.moveItem(atPath: folder + "/" + file, toPath: "\(folder)/\(name)/\(file)")
    }

    /// The tests run from the folder that the executables are built into.
    static let confine = program("holdfast-confine")
    static func program(_ name: String) -> String {
        (CommandLine.arguments.first.map { URL(filePath: $0).resolvingSymlinksInPath() }
            ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath())
            .deletingLastPathComponent().appending(path: name).path
    }
    static func fixture(_ name: String) -> String {
        URL(filePath: scriptedEngine).deletingLastPathComponent().appending(path: name).path
    }
    static let scriptedEngine = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/scripted-engine.py").path
    static let prefix = ProcessInfo.processInfo.environment["HOLDFAST_PREFIX"] ?? "/var/cache/holdfast"
    static let realModel = prefix + "/models/SmolLM2-135M-Instruct.Q4_1.gguf"
    static var realEngine: EngineLocation? { try? EngineLocator(configuredPath: nil, prefix: prefix).locate() }

    /// A model whose file tells the scripted engine what to do.
    func model(_ script: String, name: String = "scripted") throws -> LoadableModel {
        let path = try write(script, to: "\(name).gguf")
        let bytes = [UInt8](name.utf8) + [UInt8](repeating: 0, count: 32)
        return LoadableModel(
            digest: SHA256Digest(bytes: bytes.prefix(32))!, path: path, name: try ModelName(parsing: name), trainedContext: 2048)
    }

    /// Short limits, so that faults show quickly.
    static var settings: EngineSettings {
        var settings = EngineSettings()
        settings.slots = 2
        settings.queue = QueueBounds(perPriority: 2, perTenant: 2)
        settings.contextLength = 1024
        settings.threads = 1
        settings.stall = .seconds(20)
        return settings
    }

    func driver(
        _ settings: EngineSettings = TestMachine.settings, engine: String = TestMachine.scriptedEngine,
        confinement: EngineConfinement = EngineConfinement()
    ) -> LlamaDriver {
        let location = EngineLocation(
            path: engine, kind: .configured, version: "test", digest: SHA256Digest(bytes: [UInt8](repeating: 0, count: 32))!,
            folder: engine.hasPrefix(Self.prefix)
                ? URL(filePath: engine).deletingLastPathComponent().deletingLastPathComponent().path : nil,
            isHosted: !engine.contains("/native/"))
        return LlamaDriver(
            locate: { location }, launcher: DirectChildLauncher(confinePath: TestMachine.confine, confinement: confinement),
            access: confinement.user.map(EngineAccess.owner) ?? .daemon, runtimeFolder: folder, settings: settings)
    }

    func start(
        _ script: String, _ settings: EngineSettings = TestMachine.settings, confinement: EngineConfinement = EngineConfinement()
    ) async throws -> LlamaEngine {
        let engine = try await driver(settings, confinement: confinement).start(try model(script))
        return try #require(engine as? LlamaEngine)
    }
}

extension Engine {
    func generate(_ request: GenerationRequest, tenant: String) async throws -> GenerationStream {
        try await generate(request, for: RequestTerms(tenant: tenant))
    }
}

func code(_ error: any Error) -> HoldfastError.Code? { (error as? HoldfastError)?.code }

/// The error that `work` ends with.
func failure(_ work: () async throws -> Void) async -> HoldfastError? {
    do { try await work() } catch { return error as? HoldfastError }
    return nil
}

extension GenerationRequest {
    static func chat(_ text: String, maxTokens: Int? = nil) -> GenerationRequest {
        var sampling = Sampling()
        sampling.maxTokens = maxTokens
        sampling.temperature = 0
        return GenerationRequest(.messages([Message(.user, text)]), sampling: sampling)
    }
}

/// Waits for something that the kernel or another task is about to do.
func eventually(_ holds: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while try await !holds() {
        guard ContinuousClock.now < deadline else { throw HoldfastError(.internalError, "It did not come about.") }
        try await Task.sleep(for: .milliseconds(5))
    }
}
