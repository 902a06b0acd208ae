import Foundation
import HoldfastCore
import HoldfastLaunch
import HoldfastTestSupport
import Testing

@testable import HoldfastInference

/// The real supervisor, for each connection started as systemd starts it (`Tests/Fixtures/engine-socket.py`).
struct UnitLauncherTests {
    /// Listens for as long as it lives.
    private final class EngineSocket {
        let machine: TestMachine
        let process: TestProcess
        var path: String { machine.folder + "/engine.sock" }
        /// Ids of the supervisors that were started, the newest last.
        var supervisors: [Int32] { process.output.split(separator: "\n").compactMap { Int32($0) } }

        init(_ program: [String] = [TestMachine.confine, "--supervise"]) async throws {
            machine = try TestMachine()
            process = try TestProcess(
                "/usr/bin/python3", ["-IB", TestMachine.fixture("engine-socket.py"), machine.folder + "/engine.sock", "--"] + program)
            try await eventually { process.output.contains("listening") }
        }

        func launcher(_ confinement: EngineConfinement = .off) -> UnitLauncher { UnitLauncher(socketPath: path, confinement: confinement) }

        func launch(_ script: String) async throws -> any EngineProcess {
            try await launcher().launch(EngineLaunch(program: "/bin/sh", arguments: ["-c", script]))
        }

        deinit {
            process.signal(SIGTERM)
            machine.remove()
        }
    }

    @Test("An exit code and a signal are told apart, and what ended it is known")
    func reasons() async throws {
        let socket = try await EngineSocket()
        #expect(try await socket.launch("exit 3").wait() == .code(3))
        let killed = try await socket.launch("kill -9 $$")
        #expect(await killed.wait() == .signal(9))
        #expect(killed.exitCause == .killed)
        let crashed = try await socket.launch("kill -SEGV $$")
        #expect(await crashed.wait() == .signal(11))
        #expect(crashed.exitCause == .crashed)
    }

    @Test("The last 8 KiB of standard error are kept, and what was written last is among them")
    func tail() async throws {
        let socket = try await EngineSocket()
        let process = try await socket.launch("i=0; while [ $i -lt 3000 ]; do echo line $i >&2; i=$((i+1)); done; echo the end >&2; exit 1")
        #expect(await process.wait() == .code(1))
        #expect(process.stderrTail().hasSuffix("line 2999\nthe end\n"))
        #expect(process.stderrTail().utf8.count <= 8192)
        #expect(process.stderrByteCount > 20_000)
    }

    @Test("A flood on standard error is stopped like anything else")
    func flood() async throws {
        let socket = try await EngineSocket()
        let process = try await socket.launch("yes noise >&2")
        try await eventually { process.stderrByteCount > 100_000 }
        process.kill()
        #expect(await process.wait() == .signal(9))
        #expect(process.exitCause == .ended)
    }

    @Test("Terminating asks first, and kills the whole group when that is not heard; after the end a signal reaches nobody")
    func terminate() async throws {
        let socket = try await EngineSocket()
        let obedient = try await socket.launch("exec sleep 1000")
        try await eventually { (try? String(contentsOfFile: "/proc/\(obedient.pid)/comm", encoding: .utf8)) == "sleep\n" }
        #expect(await obedient.terminate(grace: .seconds(60)) == .signal(SIGTERM))
        #expect(await obedient.terminate(grace: .zero) == .signal(SIGTERM))

        let stubborn = try await socket.launch("trap '' TERM; sleep 1000 & echo child $! >&2; while :; do wait; done")
        try await eventually { stubborn.stderrTail().contains("child") }
        let child = try #require(Int32(stubborn.stderrTail().split(separator: " ").last?.trimmingCharacters(in: .newlines) ?? ""))
        #expect(await stubborn.terminate(grace: .milliseconds(50)) == .signal(SIGKILL))
        try await eventually { !isRunning(child) }
    }

    @Test("What it uses is known without looking at its process")
    func report() async throws {
        let socket = try await EngineSocket()
        let process = try await socket.launch("while :; do :; done")
        try await eventually { (process.report?.cpuTicks ?? 0) > 0 && (process.report?.memory.peakBytes ?? 0) > 100_000 }
        let first = process.report
        try await eventually { process.report != first }
        process.kill()
        _ = await process.wait()
    }

    @Test("With the connection goes the engine: when the daemon closes it, however it ends")
    func connectionIsLife() async throws {
        let socket = try await EngineSocket()
        let connection = try LaunchConnection.connect(socket.path).get()
        let words = ["--calls", "native"] + EngineConfinement.off.arguments + ["--", "/bin/sh", "-c", "sleep 1000 & echo $! >&2; wait"]
        #expect(connection.send(.launch(.confine, words)))
        guard case .message(.started(let pid), _) = connection.receive() else { throw TestFailure("it was not started") }
        guard case .message(.errors(let bytes), _) = connection.receive() else { throw TestFailure("it said nothing") }
        let child = try #require(Int32(String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)))
        close(connection.descriptor)
        try await eventually { !isRunning(pid) && !isRunning(child) }
        try await eventually { socket.supervisors.allSatisfy { !isRunning($0) } }
    }

    @Test("With the supervisor goes the engine, and the daemon hears of it")
    func supervisorDies() async throws {
        let socket = try await EngineSocket()
        let process = try await socket.launch("exec sleep 1000")
        let supervisor = try #require(socket.supervisors.last)
        kill(supervisor, SIGKILL)
        #expect(await process.wait() == .signal(SIGKILL))
        #expect(process.exitCause == .killed)
        try await eventually { !isRunning(process.pid) }
    }

    @Test("The model comes as an open file, whatever may be reached of its path; nothing else that was open comes along")
    func model() async throws {
        let socket = try await EngineSocket()
        let model = try socket.machine.write("weights", to: "m.gguf")
        let script = try socket.machine.write(
            "#!/bin/sh\ncat \"$1\" >&2; ls /proc/self/fd | tr '\\n' ' ' >&2; umask >&2\n", to: "engine", mode: 0o755)
        let process = try await socket.launcher().launch(EngineLaunch(program: script, arguments: [model], model: model))
        #expect(await process.wait() == .code(0))
        // The script's own file is open as 10 or so in some shells: the last is that of the listing.
        #expect(process.stderrTail().hasPrefix("weights0 1 2 3 4 "), "\(process.stderrTail())")
        #expect(process.stderrTail().hasSuffix("0007\n"))
    }

    @Test("A layer that does not hold is the same refusal as with a child")
    func unconfined() async throws {
        let socket = try await EngineSocket()
        var confinement = EngineConfinement()
        confinement.landlockVersion = 999
        let process = try await socket.launcher(confinement).launch(EngineLaunch(program: "/bin/true", arguments: []))
        #expect(await process.wait() == .code(125))
        let error = ConfineRefusal.error(.code(125), stderrTail: process.stderrTail(), for: try ModelName(parsing: "m"))
        #expect(error?.code == .engineUnconfined && error?.message.contains("version 999") == true)
    }

    @Test("All layers are put on: a hostile model's file is refused by the reader, confined, from the descriptor")
    func reader() async throws {
        let socket = try await EngineSocket()
        let model = try socket.machine.write("not a model", to: "m.gguf")
        let launcher = socket.launcher(EngineConfinement())
        let process = try await launcher.launch(
            EngineLaunch(program: "/elsewhere/holdfast-check-gguf", arguments: [], kind: .reader, model: model))
        #expect(await process.wait() == .code(65))
        #expect(process.stderrTail().hasPrefix("holdfast-check-gguf: "), "\(process.stderrTail())")
    }

    @Test("Nobody there, nobody who starts it, or another release: an error that says where to look")
    func nobody() async throws {
        let launch = EngineLaunch(program: "/bin/true", arguments: [])
        let missing = await failure { _ = try await UnitLauncher(socketPath: "/nonexistent/engine.sock").launch(launch) }
        #expect(
            missing?.code == .engineFailed && missing?.hint?.contains("holdfast-engine.socket") == true, "\(String(describing: missing))")
        let refusing = try await EngineSocket(["/bin/false"])
        let ended = await failure { _ = try await refusing.launcher().launch(launch) }
        #expect(ended?.message.contains("ended the connection") == true && ended?.hint?.contains("journalctl") == true)
        let gone = await failure {
            _ = try await refusing.launcher().launch(EngineLaunch(program: "/x", arguments: [], model: "/nonexistent"))
        }
        #expect(gone?.message.contains("/nonexistent") == true)

        let socket = try await EngineSocket()
        let connection = try LaunchConnection.connect(socket.path).get()
        defer { close(connection.descriptor) }
        connection.send(.signal(9))
        guard case .message(.refused(let why), _) = connection.receive() else { throw TestFailure("it was not refused") }
        #expect(why.contains("restart holdfastd"))
    }

    @Test("Without a connection the supervisor says what it is for")
    func byHand() async throws {
        let finished = try await TestProcess.run(TestMachine.confine, ["--supervise"])
        #expect(finished.status == 64 && finished.errors.contains("for systemd"))
    }
}
