import Foundation
import HoldfastCore
import Testing

@testable import HoldfastInference

/// Engines that fail in every way a request can meet. What is proved of each: the caller gets its own error, others are unharmed, and
/// nothing is left behind.
@Suite(.serialized)
struct EngineFaultTests {
    private let machine: TestMachine

    init() throws { machine = try TestMachine() }

    private var shortStall: EngineSettings {
        var settings = TestMachine.settings
        settings.stall = .milliseconds(600)
        return settings
    }

    /// The folder of sockets is empty when an engine is gone.
    private func leftBehind() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: machine.folder + "/engines")) ?? [] }

    // MARK: Loading

    @Test("An engine that is busy loading is waited for beyond the stall limit")
    func loads() async throws {
        defer { machine.remove() }
        let engine = try await machine.start("load:503x20", shortStall)
        #expect(try await engine.generate(.chat("hi"), tenant: "a").collect()?.text.hasSuffix("prompt=hi") == true)
        await engine.stop(drain: .zero, grace: .seconds(1))
        #expect(leftBehind().isEmpty)
    }

    @Test("An engine that dies at load is an error whose detail has its last words, and whose message has not")
    func diesAtLoad() async throws {
        defer { machine.remove() }
        let error = await failure { _ = try await machine.start("load:die") }
        #expect(error?.code == .engineFailed)
        #expect(error?.detail?.contains("exit code 3") == true)
        #expect(error?.detail?.contains("scripted: cannot load this model") == true)
        #expect(error?.message.contains("cannot load this model") == false)
        #expect(leftBehind().isEmpty)
    }

    @Test("An engine that gets nowhere at load is killed", arguments: ["load:silent", "load:hang", "load:silent term:ignore"])
    func stallsAtLoad(script: String) async throws {
        defer { machine.remove() }
        let error = await failure { _ = try await machine.start(script, shortStall) }
        #expect(error?.code == .engineStalled)
        #expect(leftBehind().isEmpty)
    }

    @Test("Noise on standard error is progress, and still has an end")
    func floodsAtLoad() async throws {
        defer { machine.remove() }
        var settings = shortStall
        settings.loadLimit = .seconds(2)
        let error = await failure { _ = try await machine.start("load:flood", settings) }
        #expect(error?.code == .engineFailed)
        #expect(error?.message.contains("longer than 2 seconds") == true)
        #expect((error?.detail?.unicodeScalars.count ?? 0) < 9000)
    }

    @Test("A load that is given up leaves no process")
    func cancelledLoad() async throws {
        defer { machine.remove() }
        let task = Task { try await machine.start("load:silent") }
        try await eventually { !leftBehind().isEmpty }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(leftBehind().isEmpty)
    }

    @Test("A runtime folder too long for a socket is refused in words")
    func longFolder() async throws {
        defer { machine.remove() }
        let long = machine.folder + "/" + String(repeating: "x", count: 90)
        try FileManager.default.createDirectory(atPath: long, withIntermediateDirectories: false)
        let error = #expect(throws: HoldfastError.self) { try EngineFolder(runtimeFolder: long, id: "a") }
        #expect(error?.code == .configurationInvalid)
        #expect(error?.hint?.contains("--runtime") == true)
    }

    // MARK: Answering

    @Test(
        "A broken answer fails its own request, after what was good of it, and the engine serves on",
        arguments: ["say:utf8", "say:json", "say:huge", "say:error", "say:cut", "say:noend"])
    func brokenAnswer(script: String) async throws {
        defer { machine.remove() }
        let engine = try await machine.start(script)
        for _ in 0..<3 {
            var text = ""
            let error = await failure {
                for try await event in try await engine.generate(.chat("hi"), tenant: "a") {
                    if case .delta(let more) = event { text += more }
                }
            }
            #expect(error?.code == .engineFailed)
            #expect(text.hasPrefix("slot="))
        }
        #expect(engine.process.exitReason == nil)
        try await eventually { await engine.status().busySlots == 0 }
        await engine.stop(drain: .zero, grace: .seconds(1))
    }

    @Test("An engine that dies in mid-stream fails its requests with its last words for the operator")
    func diesInMidStream() async throws {
        defer { machine.remove() }
        let engine = try await machine.start("say:die")
        let error = await failure { _ = try await engine.generate(.chat("hi"), tenant: "a").collect() }
        #expect(error?.code == .engineFailed)
        #expect(error?.detail?.contains("exit code 9") == true)
        #expect(error?.detail?.contains("scripted: dying now") == true)
        #expect(await engine.exited().reason == .code(9))
        try await eventually { leftBehind().isEmpty }
        let next = await failure { _ = try await engine.generate(.chat("hi"), tenant: "a") }
        #expect(next?.code == .engineFailed)
    }

    @Test("An engine that hangs, before its first token or after, is killed and says so", arguments: ["say:hang", "say:nothead"])
    func hangs(script: String) async throws {
        defer { machine.remove() }
        let engine = try await machine.start(script, shortStall)
        let error = await failure { _ = try await engine.generate(.chat("hi"), tenant: "a").collect() }
        #expect(error?.code == .engineStalled)
        #expect(await engine.exited().reason == .signal(SIGKILL))
    }

    @Test("An engine that computes for one request and takes up no other is killed; one that only thinks for long is not")
    func silent() async throws {
        defer { machine.remove() }
        var settings = TestMachine.settings
        settings.stall = .seconds(2)
        settings.silence = .seconds(1)
        let caught = try await machine.start("say:spin", settings)
        let error = await failure { _ = try await caught.generate(.chat("hi"), tenant: "a").collect() }
        #expect(error?.code == .engineStalled)
        #expect(await caught.exited().reason == .signal(SIGKILL))
        // It is asked for a sign while it thinks, and has two and a half seconds to give it.
        settings.silence = .seconds(5)
        let thinking = try await machine.start("say:think", settings)
        #expect(try await thinking.generate(.chat("hi"), tenant: "a").collect()?.text.hasSuffix("prompt=hi") == true)
        await thinking.stop(drain: .zero, grace: .seconds(1))
    }

    @Test("A stopped engine (SIGSTOP) counts as hung")
    func stopped() async throws {
        defer { machine.remove() }
        let engine = try await machine.start("say:slow", shortStall)
        var iterator = try await engine.generate(.chat("hi"), tenant: "a").makeAsyncIterator()
        _ = try await iterator.next()
        kill(engine.pid, SIGSTOP)
        let error = await failure { while try await iterator.next() != nil {} }
        #expect(error?.code == .engineStalled)
    }

    @Test("An idle engine is not taken for a hung one")
    func idle() async throws {
        defer { machine.remove() }
        let engine = try await machine.start("", shortStall)
        // Time for the watch to err; a right one passes however long this takes.
        try await Task.sleep(for: .milliseconds(1500))
        #expect(engine.process.exitReason == nil)
        await engine.stop(drain: .zero, grace: .seconds(1))
    }

    @Test("A refusal is told in the caller's words")
    func refusal() async throws {
        defer { machine.remove() }
        let engine = try await machine.start("say:reject")
        let error = await failure { _ = try await engine.generate(.chat("hi"), tenant: "a") }
        #expect(error?.code == .contextExceeded)
        #expect(error?.message == "The prompt's 3031 tokens do not fit into the model's context of 1024 tokens.")
        try await eventually { await engine.status().busySlots == 0 }
        await engine.stop(drain: .zero, grace: .seconds(1))
    }

    @Test("Values out of range never reach an engine")
    func ranges() async throws {
        defer { machine.remove() }
        let engine = try await machine.start("")
        var request = GenerationRequest.chat("hi")
        request.sampling.topP = .nan
        let error = await failure { _ = try await engine.generate(request, tenant: "a") }
        #expect(error?.code == .invalidRequest && error?.field == "top_p")
        #expect(await engine.status().busySlots == 0)
        await engine.stop(drain: .zero, grace: .seconds(1))
    }

    @Test("Null frames, comments and a flooded standard error do not disturb an answer", arguments: ["say:null", "say:stderr"])
    func disturbances(script: String) async throws {
        defer { machine.remove() }
        let engine = try await machine.start(script)
        let answer = try await engine.generate(.chat("one two"), tenant: "a").collect()
        #expect(answer?.text == "slot=0 cache=false prompt=one two")
        #expect(answer?.usage == TokenUsage(prompt: 7, completion: 4, cached: 0))
        #expect(answer?.timings.prompt == .microseconds(1500))
        #expect(engine.process.stderrTail().unicodeScalars.count <= 8192)
        await engine.stop(drain: .zero, grace: .seconds(1))
    }

    @Test("A hundred thousand tokens at once arrive in order and whole")
    func tokenFlood() async throws {
        defer { machine.remove() }
        let engine = try await machine.start("say:flood")
        var count = 0
        for try await event in try await engine.generate(.chat("hi"), tenant: "a") {
            if case .delta = event { count += 1 }
        }
        #expect(count == 100_000)
        await engine.stop(drain: .zero, grace: .seconds(1))
    }

    // MARK: Slots and tenants

    @Test("Only a tenant's own prefix may be used again, also when the one before failed or hung up")
    func tenants() async throws {
        defer { machine.remove() }
        var settings = TestMachine.settings
        settings.slots = 1
        let engine = try await machine.start("", settings)
        func ask(_ tenant: String) async throws -> String? {
            try await engine.generate(.chat("x"), tenant: tenant).collect()?.text
        }
        #expect(try await ask("a") == "slot=0 cache=false prompt=x")
        #expect(try await ask("a") == "slot=0 cache=true prompt=x")
        #expect(try await ask("b") == "slot=0 cache=false prompt=x")
        #expect(try await ask("a") == "slot=0 cache=false prompt=x")
        await engine.stop(drain: .zero, grace: .seconds(1))
    }

    @Test("A reader that drops or cancels its stream frees the slot", arguments: [true, false])
    func hangUp(drops: Bool) async throws {
        defer { machine.remove() }
        var settings = TestMachine.settings
        settings.slots = 1
        let engine = try await machine.start("say:slow", settings)
        for _ in 0..<5 {
            if drops {
                for try await _ in try await engine.generate(.chat("hi"), tenant: "a") { break }
            } else {
                let (reached, reaching) = AsyncStream.makeStream(of: Void.self)
                let task = Task { for try await _ in try await engine.generate(.chat("hi"), tenant: "a") { reaching.yield() } }
                for await _ in reached { break }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
            }
            try await eventually { await engine.status().busySlots == 0 }
        }
        // A stream that nobody reads.
        _ = try await engine.generate(.chat("hi"), tenant: "a")
        try await eventually { await engine.status().busySlots == 0 }
        await engine.stop(drain: .zero, grace: .seconds(1))
    }

    @Test("Stopping lets a running answer finish, refuses new ones, and is quick with an engine that does not hear SIGTERM")
    func stopping() async throws {
        defer { machine.remove() }
        let engine = try await machine.start("term:ignore fork:child say:stderr", confinement: .off)
        let stream = try await engine.generate(.chat("hi"), tenant: "a")
        async let stopped: Void = engine.stop(drain: .seconds(60), grace: .milliseconds(50))
        try await eventually { await failure { _ = try await engine.generate(.chat("no"), tenant: "b") }?.code == .engineBusy }
        #expect(try await stream.collect()?.finish == .stop)
        await stopped
        #expect(await engine.exited() == EngineExit(reason: .signal(SIGKILL), stderrTail: engine.process.stderrTail(), wasAsked: true))
        #expect(leftBehind().isEmpty)
    }
}
