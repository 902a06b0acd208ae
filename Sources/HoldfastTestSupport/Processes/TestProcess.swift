import Foundation
import Glibc

/// A child process whose output goes to files, so that nothing has to be drained and all of it can be looked at afterwards.
public final class TestProcess: Sendable {
    public struct Finished: Sendable {
        /// As a shell counts: 128 + the signal's number when a signal ended it.
        public let status: Int32
        public let output: String
        public let errors: String

        public var json: JSONValue { get throws { try JSONValue(parsing: output) } }
    }

    public let pid: Int32
    private let folder: String
    private let ended: Mutexed<Int32?>

    /// - Parameter input: what it reads from its standard input, which is otherwise empty.
    public init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: [UInt8] = []
    ) throws {
        folder = try TemporaryFolder.make()
        ended = Mutexed(nil)
        try Data(input).write(to: URL(filePath: folder + "/in"))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, folder + "/in", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, folder + "/out", O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, folder + "/err", O_WRONLY | O_CREAT | O_APPEND, 0o644)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The runner may ignore signals, and a shell in the background does.
        var defaults = sigset_t()
        sigfillset(&defaults)
        var mask = sigset_t()
        sigemptyset(&mask)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setsigmask(&attributes, &mask)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        let base = ["PATH": "/usr/bin:/bin", "HOME": folder, "LANG": "C.UTF-8"].merging(environment) { $1 }
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let variables = base.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, program, &actions, &attributes, words, variables)
        guard failure == 0 else { throw TestFailure("cannot start \(program): \(String(cString: strerror(failure)))") }
        self.pid = pid
    }

    deinit {
        if status() == nil {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    public var output: String { text("out") }
    public var errors: String { text("err") }

    private func text(_ name: String) -> String {
        String(decoding: (try? Data(contentsOf: URL(filePath: "\(folder)/\(name)"))) ?? Data(), as: UTF8.self)
    }

    public func signal(_ number: Int32) {
        ended.with { if $0 == nil { kill(pid, number) } }
    }

    /// Nil while it runs.
    public func status() -> Int32? {
        ended.with { ended in
            if ended == nil {
                var raw: Int32 = 0
                guard waitpid(pid, &raw, WNOHANG) == pid else { return nil }
                ended = raw & 0x7f == 0 ? (raw >> 8) & 0xff : 128 + (raw & 0x7f)
            }
            return ended
        }
    }

    public func finished(within limit: Duration = .seconds(120)) async throws -> Finished {
        let status = try await eventually("process \(pid) ends; it said: \(errors.suffix(600))", within: limit) { self.status() }
        return Finished(status: status, output: output, errors: errors)
    }

    /// Runs a program to its end.
    public static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: [UInt8] = [],
        within limit: Duration = .seconds(120)
    ) async throws -> Finished {
        try await TestProcess(program, arguments, environment: environment, input: input).finished(within: limit)
    }

    /// As ``run``, for code that cannot wait asynchronously.
    public static func finish(_ program: String, _ arguments: [String]) throws -> Finished {
        let process = try TestProcess(program, arguments)
        while process.status() == nil { usleep(2000) }
        return Finished(status: process.status() ?? -1, output: process.output, errors: process.errors)
    }
}
