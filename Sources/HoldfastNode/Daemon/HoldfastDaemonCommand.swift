import ArgumentParser
import CHoldfastSystem
import Foundation
import Glibc
import HoldfastAPI
import HoldfastCore
import Logging

/// `holdfastd`, for its executable.
public enum DaemonProgram {
    public static func run() async { await HoldfastDaemonCommand.main() }

    /// For tests that want the daemon within their own process.
    package static func run(_ arguments: [String]) async { await HoldfastDaemonCommand.main(arguments) }
}

struct HoldfastDaemonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holdfastd", abstract: "Serve models on this machine under identity, policy and audit.",
        discussion:
            "Settings come from flags, HOLDFAST_* variables and the configuration file, in this order. docs/configuration.md lists them.",
        version: HoldfastVersion.text)

    @Option(help: "Where registry, blobs and audit trail are kept.") var state: String?
    @Option(help: "Where the sockets are.") var runtime: String?
    @Option(help: "The configuration file.") var config: String?
    @Option(help: "The directory of policy files.") var policies: String?
    @Flag(help: "Run for the whole machine: uid 0 and the group holdfast-admin hold the roles.") var system = false

    func run() async throws {
        let journal = JournalLogHandler.connectedSocket(environment: ProcessInfo.processInfo.environment)
        LoggingSystem.bootstrap { label in
            guard let journal else { return StreamLogHandler.standardError(label: label) }
            return JournalLogHandler(label: label, socket: journal)
        }
        let logger = Logger(label: "holdfastd")
        do {
            Self.harden()
            let environment = ProcessInfo.processInfo.environment
            let configuration = try NodeConfiguration.load(
                flags: try flags(), configFile: try config.map(Self.absolute), environment: environment, uid: getuid())
            let daemon = try await Daemon(configuration, programs: try Self.programFolder(), environment: environment, logger: logger)
            try await daemon.run()
        } catch let error as HoldfastError {
            var text = "holdfastd: \(error.message)\n"
            if let detail = error.detail { text += "  detail: \(detail)\n" }
            if let hint = error.hint { text += "  try: \(hint)\n" }
            FileHandle.standardError.write(Data(text.utf8))
            throw ExitCode(error.code.exitStatus)
        }
    }

    private func flags() throws -> [String: String] {
        var flags: [String: String] = [:]
        flags["state"] = try state.map(Self.absolute)
        flags["runtime"] = try runtime.map(Self.absolute)
        flags["policies"] = try policies.map(Self.absolute)
        if system { flags["system"] = "true" }
        return flags
    }

    private static func absolute(_ path: String) throws -> String {
        if path.hasPrefix("/") { return path }
        return FileManager.default.currentDirectoryPath + "/" + path
    }

    /// What engines are started with is beside us; PATH is not searched.
    private static func programFolder() throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }

    private static func harden() {
        // Prompts pass through this process: no core dump, no ptrace by others of the same uid.
        hf_set_dumpable(0)
        umask(0o077)
        // A client that goes away while it is written to is an error of that write, not the end of the daemon.
        signal(SIGPIPE, SIG_IGN)
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            limit.rlim_cur = limit.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
    }
}
