import Foundation
import Glibc
import HoldfastCore
import HoldfastTestSupport
import Testing

@testable import HoldfastInference

/// Engines whose answers on the way are not what they said, or do not come: `FaultProxy` stands between. Read in the code while the fault campaign was written.
@Suite(.serialized)
struct EngineLieTests {
    private let machine: TestMachine

    init() throws { machine = try TestMachine() }

    private func proxy(_ pid: Int32? = nil) async throws -> FaultProxy {
        try await HoldfastTestSupport.eventually("the engine has a socket") { [folder = machine.folder] in
            guard let name = try? FileManager.default.contentsOfDirectory(atPath: folder + "/engines").first,
                let engine = pid ?? RunningProcesses.mentioning("\(folder)/engines/").keys.first
            else { return nil }
            return try? FaultProxy(engine: engine, socket: "\(folder)/engines/\(name)/engine.sock")
        }
    }

    @Test("Counts that cannot be are an error of that request, and added up nowhere", arguments: [0, 1])
    func wildCounts(seed: UInt64) async throws {
        defer { machine.remove() }
        let engine = try await machine.start("")
        let proxy = try await proxy(engine.pid)
        defer { proxy.detach() }
        for number in 0..<4 {
            proxy.arm(FaultPlan(.lie, .answering("data: ", 2), path: "/v1/", seed: seed * 4 + UInt64(number)))
            let error = await failure { _ = try await engine.generate(.chat("hi"), tenant: "a").collect() }
            #expect(error?.code == .engineFailed && error?.detail?.contains("usage") == true, "\(String(describing: error))")
        }
        #expect(try await engine.generate(.chat("hi"), tenant: "a").collect()?.finish == .stop)
        proxy.detach()
        await engine.stop(drain: .zero, grace: .seconds(1))
    }

    @Test("An engine that never says that it let go of a slot is ended, or the slot would be lost")
    func neverIdle() async throws {
        defer { machine.remove() }
        var settings = TestMachine.settings
        settings.silence = .seconds(1)
        let engine = try await machine.start("say:slow", settings)
        let proxy = try await proxy(engine.pid)
        defer { proxy.detach() }
        proxy.arm(FaultPlan(.refused, .answering("HTTP/1.1", 1), path: "/slots", repeats: true))
        for try await _ in try await engine.generate(.chat("hi"), tenant: "a") { break }
        #expect(await engine.exited().reason == .signal(SIGKILL))
        try await eventually { await engine.status().busySlots == 0 }
    }

    @Test("Nonsense about its health is no progress, however much of the processor it takes", arguments: [Fault.garbage, .cut, .refused])
    func nonsense(fault: Fault) async throws {
        defer { machine.remove() }
        var settings = TestMachine.settings
        settings.stall = .seconds(1)
        let starting = Task { [machine, settings] in await failure { _ = try await machine.start("load:503x100000", settings) } }
        let proxy = try await proxy()
        defer { proxy.detach() }
        proxy.arm(FaultPlan(fault, .answering("HTTP/1.1", 1), path: "/health", repeats: true))
        #expect(await starting.value?.code == .engineStalled)
    }

    @Test("An answer that begins and never ends is waited for no longer than one that does not begin")
    func halfAnAnswer() async throws {
        defer { machine.remove() }
        let engine = try await machine.start("")
        let proxy = try await proxy(engine.pid)
        defer { proxy.detach() }
        proxy.arm(FaultPlan(.silence, .answering("tokens", 1), path: "/tokenize", repeats: true))
        let socket = try #require(RunningProcesses.commandLine(engine.pid)?.split(separator: " ").drop { $0 != "--host" }.dropFirst().first)
        let error = await failure {
            _ = try await LlamaTokens(socketPath: String(socket), limit: .milliseconds(300)).count(.text("one two"))
        }
        #expect(error?.code == .engineFailed && error?.detail?.contains("/tokenize") == true, "\(String(describing: error))")
        proxy.detach()
        #expect(try await LlamaTokens(socketPath: String(socket), limit: .seconds(20)).count(.text("one two")) == 2)
        await engine.stop(drain: .zero, grace: .seconds(1))
    }
}
