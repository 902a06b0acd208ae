import Foundation
import HoldfastCore
import HoldfastTestSupport
import Testing

@testable import HoldfastInference

/// The engine and model that `scripts/setup` installs.
@Suite(.serialized)
struct RealEngineTests {
    private let machine: TestMachine

    init() throws { machine = try TestMachine() }

    private func start(_ kind: EngineLocation.Kind?, _ settings: EngineSettings = TestMachine.settings) async throws -> LlamaEngine? {
        let path =
            switch kind {
            case .development: TestMachine.prefix + "/engines/dev/bin/llama-server"
            case .native: try Installed.compiled("llama-server")
            default: try #require(TestMachine.realEngine).path
            }
        let model = LoadableModel(
            digest: SHA256Digest(bytes: [UInt8](repeating: 9, count: 32))!, path: TestMachine.realModel,
            name: try ModelName(parsing: "smollm2"),
            trainedContext: 2048)
        return try await machine.driver(settings, engine: path).start(model) as? LlamaEngine
    }

    @Test("It answers, stops where it is told, and ends without a trace", arguments: [EngineLocation.Kind.development, .native])
    func answers(kind: EngineLocation.Kind) async throws {
        defer { machine.remove() }
        let engine = try #require(try await start(kind))
        var question = GenerationRequest(.text("The capital of France is"))
        question.sampling.temperature = 0
        question.sampling.maxTokens = 5
        let answer = try #require(try await engine.generate(question, tenant: "a").collect())
        #expect(answer.text.contains("Paris"))
        #expect(answer.usage.completion <= 5 && answer.usage.prompt == 5)
        let cut = try #require(try await engine.generate(.chat("Count to one hundred.", maxTokens: 3), tenant: "a").collect())
        #expect(cut.finish == .length && cut.usage.completion == 3)
        var request = GenerationRequest(.text("1 2 3 4 5 6"))
        request.sampling.temperature = 0
        request.sampling.maxTokens = 40
        request.sampling.stop = ["9"]
        let stopped = try #require(try await engine.generate(request, tenant: "a").collect())
        #expect(stopped.finish == .stop && stopped.text.contains("8") && !stopped.text.contains("9"))
        let status = try String(contentsOfFile: "/proc/\(engine.pid)/status", encoding: .utf8)
        #expect(status.contains("NoNewPrivs:\t1") && status.contains("Seccomp:\t2"))
        await engine.stop(drain: .zero, grace: .seconds(2))
        #expect(!isRunning(engine.pid))
        #expect(try FileManager.default.contentsOfDirectory(atPath: machine.folder + "/engines").isEmpty)
    }

    @Test("No tenant gains from another's prefix; its own is not computed twice")
    func tenants() async throws {
        defer { machine.remove() }
        var settings = TestMachine.settings
        settings.slots = 1
        let engine = try #require(try await start(nil, settings))
        let prompt = String(repeating: "The keel is laid and the ship is built. ", count: 20)
        func usage(_ tenant: String) async throws -> TokenUsage? {
            try await engine.generate(.chat(prompt, maxTokens: 2), tenant: tenant).collect()?.usage
        }
        #expect(try await usage("a")?.cached == 0)
        let own = try #require(try await usage("a"))
        #expect(own.cached >= own.prompt - 8)
        #expect(try await usage("b")?.cached == 0)
        #expect(try await usage("a")?.cached == 0)
        await engine.stop(drain: .zero, grace: .seconds(2))
    }

    @Test("A prompt that does not fit is refused with both sizes, and the engine serves on")
    func tooLong() async throws {
        defer { machine.remove() }
        let engine = try #require(try await start(nil))
        let error = await failure { _ = try await engine.generate(.chat(String(repeating: "word ", count: 3000)), tenant: "a") }
        #expect(error?.code == .contextExceeded)
        #expect(error?.message.contains("1024 tokens") == true)
        #expect(try await engine.generate(.chat("hi", maxTokens: 1), tenant: "a").collect()?.finish == .length)
        await engine.stop(drain: .zero, grace: .seconds(2))
    }

    @Test("Hanging up frees the engine, in the answer and in the prompt; others' answers are unharmed")
    func hangUp() async throws {
        defer { machine.remove() }
        let engine = try #require(try await start(nil))
        async let other = engine.generate(.chat("Tell me of the sea.", maxTokens: 60), tenant: "b").collect()
        for try await _ in try await engine.generate(.chat("Write a long story.", maxTokens: 900), tenant: "a") { break }
        let prefill = Task { try await engine.generate(.chat(String(repeating: "stone ", count: 800)), tenant: "c") }
        try await eventually { await engine.status().busySlots >= 1 }
        prefill.cancel()
        await #expect(throws: CancellationError.self) { try await prefill.value }
        #expect(try await other?.usage.completion ?? 0 > 10)
        try await eventually { await engine.status().busySlots == 0 }
        await engine.stop(drain: .zero, grace: .seconds(2))
    }
}
