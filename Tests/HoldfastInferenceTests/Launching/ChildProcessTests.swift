import Foundation
import HoldfastCore
import Testing

@testable import HoldfastInference

struct ChildProcessTests {
    private let launcher = DirectChildLauncher(confinePath: TestMachine.confine, confinement: .off)

    private func launch(_ script: String) async throws -> any EngineProcess {
        try await launcher.launch(EngineLaunch(program: "/bin/sh", arguments: ["-c", script]))
    }

    @Test("An exit code and a signal are told apart")
    func reasons() async throws {
        #expect(try await launch("exit 3").wait() == .code(3))
        #expect(try await launch("kill -9 $$").wait() == .signal(9))
    }

    @Test("The last 8 KiB of standard error are kept, and what was written last is among them")
    func tail() async throws {
        let process = try await launch("i=0; while [ $i -lt 3000 ]; do echo line $i >&2; i=$((i+1)); done; echo the end >&2; exit 1")
        #expect(await process.wait() == .code(1))
        #expect(process.stderrTail().hasSuffix("line 2999\nthe end\n"))
        #expect(process.stderrTail().utf8.count <= 8192)
        #expect(process.stderrByteCount > 20_000)
    }

    @Test("A flood on standard error does not end before it is stopped, and does not fill memory")
    func flood() async throws {
        let process = try await launch("yes noise >&2")
        try await eventually { process.stderrByteCount > 100_000 }
        process.kill()
        #expect(await process.wait() == .signal(9))
        #expect(process.stderrTail().utf8.count <= 8192)
    }

    @Test("Terminating asks first, and kills the whole group when that is not heard")
    func terminate() async throws {
        let obedient = try await launch("exec sleep 1000")
        try await eventually { (try? String(contentsOfFile: "/proc/\(obedient.pid)/comm", encoding: .utf8)) == "sleep\n" }
        #expect(await obedient.terminate(grace: .seconds(60)) == .signal(SIGTERM))

        let stubborn = try await launch("trap '' TERM; sleep 1000 & echo child $! >&2; while :; do wait; done")
        try await eventually { stubborn.stderrTail().contains("child") }
        let child = try #require(Int32(stubborn.stderrTail().split(separator: " ").last?.trimmingCharacters(in: .newlines) ?? ""))
        #expect(await stubborn.terminate(grace: .milliseconds(50)) == .signal(SIGKILL))
        try await eventually { !isRunning(child) }
    }

    @Test("What an engine leaves in its group goes with it")
    func group() async throws {
        let process = try await launch("sleep 1000 & echo $! >&2; exit 5")
        #expect(await process.wait() == .code(5))
        let child = try #require(Int32(process.stderrTail().trimmingCharacters(in: .newlines)))
        try await eventually { !isRunning(child) }
    }

    @Test("After the end a signal reaches nobody, and waiting returns at once")
    func afterTheEnd() async throws {
        let process = try await launch("exit 0")
        #expect(await process.wait() == .code(0))
        process.kill()
        #expect(await process.terminate(grace: .zero) == .code(0))
        #expect(process.exitReason == .code(0))
    }

    @Test("A confine that is not there is an error of the launch")
    func missing() async {
        let launcher = DirectChildLauncher(confinePath: "/nonexistent/holdfast-confine")
        let error = await failure {
            _ = try await launcher.launch(EngineLaunch(program: "/bin/true", arguments: []))
        }
        #expect(error?.code == .engineFailed)
        #expect(error?.detail?.contains("No such file") == true)
    }

    @Test("Fifty engines at once are each reaped with their own code")
    func many() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let process = try await launch("exit \(number)")
                    #expect(await process.wait() == .code(Int32(number)))
                }
            }
            try await group.waitForAll()
        }
    }
}
