import Foundation
import HoldfastCore
import Testing

@testable import HoldfastInference

/// The built holdfast-confine, in front of small programs that tell what they see.
struct ConfineTests {
    private let machine: TestMachine

    init() throws { machine = try TestMachine() }

    /// Runs holdfast-confine with `words`, as a child of this process.
    private func run(_ words: [String], environment: [String: String] = ["SECRET": "x"], without layer: String? = nil) async throws -> (
        code: Int32, out: String, err: String
    ) {
        defer { machine.remove() }
        let process = Process()
        let fixture = TestMachine.fixture("without-layer.py")
        process.executableURL = URL(filePath: layer == nil ? TestMachine.confine : fixture)
        process.arguments = layer.map { [$0, TestMachine.confine] + words } ?? words
        process.environment = environment
        let (out, err) = (Pipe(), Pipe())
        process.standardOutput = out
        process.standardError = err
        let ended = SharedResult<Int32>()
        process.terminationHandler = { ended.complete(.success($0.terminationStatus)) }
        try process.run()
        let text = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let error = String(decoding: err.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return (try await ended.value(), text, error)
    }

    private var parent: [String] { ["--parent", String(getpid())] + Self.open }
    private static let open = ["--landlock", "off", "--seccomp", "off"]

    @Test("What is confined sees an environment of a home that is not there, three descriptors, / and its own process group")
    func surroundings() async throws {
        let script = try machine.write(
            """
            #!/usr/bin/python3 -ISB
            import os
            print(dict(os.environ), sorted(int(f) for f in os.listdir('/proc/self/fd'))[:4], os.getcwd(), os.getpgrp() == os.getpid(), oct(os.umask(0)))
            """, to: "look", mode: 0o700)
        let result = try await run(parent + ["--", script])
        // The fourth descriptor is that of the listing itself; Python sets LC_CTYPE for itself.
        #expect(result.out.replacing(", 'LC_CTYPE': 'C.UTF-8'", with: "") == "{'HOME': '/nonexistent'} [0, 1, 2, 3] / True 0o77\n")
        #expect(result.code == 0)
    }

    @Test("No new privileges, no blocked or ignored signal, limits, and the out-of-memory order are the kernel's own words")
    func kernelView() async throws {
        let result = try await run(
            parent + [
                "--limit-nofile", "77", "--limit-core", "0", "--limit-fsize", "4096", "--limit-data", "123456789", "--", "/bin/cat",
                "/proc/self/status", "/proc/self/limits", "/proc/self/oom_score_adj",
            ])
        func line(_ start: String) -> String? {
            result.out.split(separator: "\n").first { $0.hasPrefix(start) }?.split(separator: " ", omittingEmptySubsequences: true).joined(
                separator: " ")
        }
        #expect(line("NoNewPrivs")?.hasSuffix("1") == true)
        #expect(line("SigBlk")?.hasSuffix("0000000000000000") == true)
        #expect(line("SigIgn") == "SigIgn:\t0000000000000000")
        #expect(line("Max open files")?.hasPrefix("Max open files 77 77") == true)
        #expect(line("Max core file size")?.hasPrefix("Max core file size 0 0") == true)
        #expect(line("Max file size")?.hasPrefix("Max file size 4096 4096") == true)
        #expect(line("Max data size")?.hasPrefix("Max data size 123456789 123456789") == true)
        #expect(result.out.hasSuffix("\n500\n"))
    }

    @Test("Another parent than the one that was named runs nothing")
    func wrongParent() async throws {
        let result = try await run(["--parent", "1", "--", "/bin/echo", "ran"])
        #expect(result.code == 125)
        #expect(result.out.isEmpty)
        #expect(result.err == "holdfast-confine: process 1 is not the parent any more\n")
    }

    @Test(
        "Mistakes have a code of their own and one line that says what is wrong",
        arguments: [
            (["--", "/bin/true"], 64, "--parent PID is needed"),
            (["--parent", "x", "--", "/bin/true"], 64, "not a process id"),
            (["--parent", "-1", "--", "/bin/true"], 64, "not a process id"),
            (["--parent", "PARENT"], 64, "usage:"),
            (["--parent", "PARENT", "--"], 64, "no engine"),
            (["--parent", "PARENT", "--", "true"], 64, "must be absolute"),
            (["--parent", "PARENT", "--seccomp", "yes", "--", "/bin/true"], 64, "required, best_effort or off"),
            (["--parent", "PARENT", "--landlock-abi", "0", "--", "/bin/true"], 64, "not a version"),
            (["--parent", "PARENT", "--calls", "all", "--", "/bin/true"], 64, "no list 'all'"),
            (["--parent", "PARENT", "--user", "0:0", "--", "/bin/true"], 64, "another than root"),
            (["--parent", "PARENT", "--user", "4294967295:5", "--", "/bin/true"], 64, "another than root"),
            (["--parent", "PARENT", "--model", "a.gguf", "--", "/bin/true"], 64, "must be absolute"),
            (["--parent", "PARENT", "--folder", "/nonexistent", "--", "/bin/true"], 125, "landlock: /nonexistent"),
            (["--parent", "PARENT", "--landlock-abi", "99", "--", "/bin/true"], 125, "version 99 is required"),
            (["--parent", "PARENT", "--limit-speed", "1", "--", "/bin/true"], 64, "unknown option"),
            (["--parent", "PARENT", "--limit-core", "lots", "--", "/bin/true"], 64, "not a number"),
            (["--parent", "PARENT", "--limit-core"], 64, "needs a value"),
            (["--parent", "PARENT", "--landlock", "off", "--seccomp", "off", "--", "/nonexistent/engine"], 127, "No such file"),
            (["--parent", "PARENT", "--landlock", "off", "--seccomp", "off", "--", "/etc/passwd"], 126, "Permission denied"),
            (["--parent", "PARENT", "--limit-nofile", "18446744073709551614", "--", "/bin/true"], 125, "limit-nofile"),
        ])
    func mistakes(words: [String], code: Int32, reason: String) async throws {
        let result = try await run(words.map { $0 == "PARENT" ? String(getpid()) : $0 })
        #expect(result.code == code)
        #expect(result.err.hasPrefix("holdfast-confine: ") && result.err.contains(reason))
        #expect(result.err.split(separator: "\n").count == 1)
    }

    @Test(
        "A kernel without a layer: required runs nothing, best_effort says so and runs, off says nothing",
        arguments: ["landlock", "seccomp"])
    func missingLayer(layer: String) async throws {
        func run(_ level: String) async throws -> (code: Int32, out: String, err: String) {
            let other = layer == "landlock" ? "--seccomp" : "--landlock"
            return try await self.run(
                ["--parent", String(getpid()), "--\(layer)", level, other, "off", "--", "/bin/echo", "ran"], without: layer)
        }
        let required = try await run("required")
        #expect(required.code == 125 && required.out.isEmpty)
        #expect(required.err == "holdfast-confine: \(layer): this kernel does not offer it: Function not implemented\n")
        let tolerated = try await run("best_effort")
        #expect(tolerated.code == 0 && tolerated.out == "ran\n" && tolerated.err.contains("\(layer) is left off"))
        let off = try await run("off")
        #expect(off.code == 0 && off.out == "ran\n" && off.err.isEmpty)
    }

    @Test("The engine's own exit code comes through")
    func exitCode() async throws {
        #expect(try await run(parent + ["--", "/bin/sh", "-c", "exit 7"]).code == 7)
    }

    @Test("An engine dies with the process that started it")
    func parentDeath() async throws {
        defer { machine.remove() }
        // A parent between us and the engine, which is killed.
        let parent = Process()
        parent.executableURL = URL(filePath: "/bin/sh")
        parent.arguments = [
            "-c", "\"$0\" --parent $$ --landlock off --seccomp off -- /bin/sleep 1000 & echo $!; wait", TestMachine.confine,
        ]
        let out = Pipe()
        parent.standardOutput = out
        try parent.run()
        let pid = try #require(
            Int32(String(decoding: out.fileHandleForReading.availableData, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)))
        try await eventually { (try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8)) == "sleep\n" }
        kill(parent.processIdentifier, SIGKILL)
        try await eventually { !isRunning(pid) }
    }
}

/// A zombie has ended: who reaps it is another's affair.
func isRunning(_ pid: Int32) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8), let end = status.lastIndex(of: ")") else {
        return false
    }
    return !status[end...].hasPrefix(") Z")
}
