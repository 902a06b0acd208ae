import Foundation
import HoldfastCore
import HoldfastTestSupport
import Synchronization
import Testing

@testable import HoldfastInference

/// What a choice means to the real engine: its arguments are understood, and prefixes of one setting are never used under another.
@Suite(.serialized)
struct TunedEngineTests {
    private let machine: TestMachine
    private static let rules = (0..<16).map { "Rule \($0): valve \($0 * 7) must be closed before pump \($0 * 3) starts." }
        .joined(separator: " ")
    private static let pin = PinnedPrompt(id: "0123456789ab", kind: .system, text: "Always answer with a number. " + rules)

    init() throws { machine = try TestMachine() }

    private func driver(_ kind: EngineLocation.Kind, _ prefixes: PrefixCache? = nil) throws -> LlamaDriver {
        let path = try kind == .native ? Installed.compiled("llama-server") : "\(Installed.prefix)/engines/dev/bin/llama-server"
        let folder = URL(filePath: path).deletingLastPathComponent().deletingLastPathComponent().path
        let location = EngineLocation(
            path: path, kind: kind, version: "test",
            digest: SHA256Digest(bytes: [UInt8](repeating: 0, count: 32))!, folder: folder, isHosted: kind != .native)
        return LlamaDriver(
            locate: { location }, launcher: DirectChildLauncher(confinePath: TestMachine.confine, confinement: EngineConfinement()),
            runtimeFolder: machine.folder, settings: TestMachine.settings, prefixes: prefixes)
    }

    private func model(_ tuning: EngineTuning) throws -> LoadableModel {
        LoadableModel(
            digest: SHA256Digest(bytes: [UInt8](repeating: 9, count: 32))!, path: TestMachine.realModel,
            name: try ModelName(parsing: "smollm2"), trainedContext: 2048, cacheBytesPerToken: 23040,
            settings: TestMachine.settings.tuned(tuning))
    }

    private static let tunings: [EngineTuning] = [
        EngineTuning(threads: 1, microBatchSize: 128, flashAttention: true),
        EngineTuning(threads: 1, microBatchSize: 256, flashAttention: false),
        EngineTuning(threads: 1, microBatchSize: 64, flashAttention: true, cacheType: .q8),
    ]

    @Test("The compiled engine takes every setting that is tried; the development engine those it has, and says no to the others")
    func arguments() async throws {
        defer { machine.remove() }
        let speculative = EngineTuning.Speculation.allCases.filter { $0 != .off }.map {
            EngineTuning(threads: 1, microBatchSize: 128, flashAttention: true, speculation: $0)
        }
        for kind in [EngineLocation.Kind.native, .development] {
            let driver = try driver(kind)
            for tuning in Self.tunings + speculative {
                let isKnown = kind == .native || tuning.speculation == .off && tuning.cacheType == .f16
                do {
                    let engine = try await driver.start(model(tuning))
                    var request = GenerationRequest.chat("Count: one, two, three, one, two, three, one,", maxTokens: 12)
                    request.sampling.ignoresEnd = true
                    let answer = try await engine.generate(request, tenant: "a").collect()
                    #expect(isKnown && answer?.usage.completion == 12, "\(kind) \(tuning)")
                    await engine.stop(drain: .zero, grace: .seconds(2))
                } catch let error as HoldfastError {
                    #expect(!isKnown && error.code == .engineFailed, "\(kind) \(tuning): \(error)")
                }
            }
        }
    }

    @Test(
        "A prefix is restored under the settings it was computed with and under no others; a pinned prompt is computed again for each",
        .timeLimit(.minutes(15)))
    func prefixes() async throws {
        defer { machine.remove() }
        var settings = PrefixSettings()
        settings.idle = .milliseconds(1)
        settings.reservedBytes = 0
        let cache = PrefixCache(
            state: machine.folder, runtime: machine.folder, settings: settings, pins: { _ in [Self.pin] }, now: { 1 })
        defer { cache.close() }
        try #require(cache.status.off == nil)
        let driver = try driver(.native, cache)
        for round in 0..<2 {
            for tuning in Self.tunings {
                let engine = try #require(try await driver.start(model(tuning)) as? LlamaEngine)
                let prefixes = try #require(engine.prefixes)
                // Computed when there is nothing else to do; in the second round it is there.
                if round == 1 { #expect(prefixes.holds(Self.pin), "\(tuning)") }
                // As long as it takes: on a crowded machine that may be minutes.
                while !prefixes.holds(Self.pin), engine.process.exitReason == nil { try await Task.sleep(for: .milliseconds(10)) }
                let request = GenerationRequest.chat("Which valve is first? " + Self.rules, maxTokens: 2)
                let usage = try #require(try await engine.generate(request, tenant: "a").collect()).usage
                #expect(round == 0 ? usage.cached < 40 : usage.cached > 250, "\(tuning) round \(round): \(usage)")
                let pinned = GenerationRequest(.messages([.init(.system, Self.pin.text), .init(.user, "\(round)?")]))
                #expect(try await engine.generate(pinned, tenant: "b").collect()?.usage.cached ?? 0 > 250, "\(tuning)")
                await engine.stop(drain: .zero, grace: .seconds(2))
            }
        }
        // Threads and guessing leave what is computed as it is.
        var tuning = Self.tunings[1]
        tuning.speculation = .simple
        let engine = try #require(try await driver.start(model(tuning)) as? LlamaEngine)
        let request = GenerationRequest.chat("Which valve is first? " + Self.rules, maxTokens: 2)
        #expect(try await engine.generate(request, tenant: "a").collect()?.usage.cached ?? 0 > 250)
        await engine.stop(drain: .zero, grace: .seconds(2))
    }
}
