import Foundation
import Glibc
import HoldfastCore
import Testing

@testable import HoldfastInference

/// An engine that tries to get out (`Tests/Fixtures/probe-engine.py`), through the launcher that starts all engines: once with each layer
/// alone, once with all, and once with none, which shows that the attempt is one.
struct ProbeTests {
    enum Outcome: Equatable, CustomStringConvertible {
        case done
        case denied(String)
        /// By the system call filter.
        case killed
        case ended(ExitReason)

        var description: String {
            switch self {
            case .done: "done"
            case .denied(let errno): errno
            case .killed: "killed"
            case .ended(let reason): "\(reason)"
            }
        }
    }

    struct Attempt: CustomTestStringConvertible {
        let name: String
        var target: Target = .none
        let open: Outcome?
        let landlock: Outcome?
        let seccomp: Outcome
        /// Nil: as the filter has it.
        var both: Outcome?

        var testDescription: String { target == .none ? name : "\(name) \(target)" }
    }

    enum Target {
        case none, shadow, otherModel, ownModel, outside, folder, parent, parentMemory, socket, database
    }

    private static let out = Outcome.denied("EACCES")
    private static let gone = Outcome.denied("ENOSYS")
    /// A call with arguments that do nothing: what it says without a filter depends on the kernel and on who we are.
    private static func call(_ name: String, _ outcome: Outcome = .killed) -> Attempt {
        Attempt(name: name, open: nil, landlock: nil, seccomp: outcome)
    }
    private static func file(_ name: String, _ target: Target, seccomp: Outcome = .done) -> Attempt {
        Attempt(name: name, target: target, open: .done, landlock: out, seccomp: seccomp, both: seccomp == .done ? out : seccomp)
    }

    static let attempts: [Attempt] =
        [
            // The network, and whoever listens on this machine.
            Attempt(name: "inet", open: .done, landlock: .done, seccomp: .killed),
            Attempt(name: "inet6", open: nil, landlock: nil, seccomp: .killed),
            Attempt(name: "netlink", open: .done, landlock: .done, seccomp: .killed),
            call("packet"), call("vsock"),
            Attempt(name: "bind-tcp", open: .done, landlock: out, seccomp: .killed),
            Attempt(name: "connect", target: .socket, open: .done, landlock: nil, seccomp: .killed),
            Attempt(name: "datagram", target: .socket, open: .denied("EPROTOTYPE"), landlock: nil, seccomp: gone),
            call("sendmsg"),
            // Files.
            file("read", .shadow), file("read", .otherModel), file("read", .database), file("read", .parentMemory),
            file("list", .folder), file("write", .outside), file("append", .otherModel), file("append", .ownModel),
            file("unlink", .otherModel), file("mkdir", .outside, seccomp: gone), file("symlink", .outside, seccomp: gone),
            file("rename", .otherModel, seccomp: gone),
            Attempt(name: "exec", open: .ended(.code(0)), landlock: out, seccomp: .ended(.code(0)), both: out),
            // The daemon, and any other process.
            Attempt(name: "signal", target: .parent, open: .done, landlock: .denied("EPERM"), seccomp: .killed),
            Attempt(name: "ptrace", target: .parent, open: nil, landlock: .denied("EPERM"), seccomp: .killed),
            Attempt(name: "process_vm_readv", target: .parent, open: nil, landlock: nil, seccomp: .killed),
            call("pidfd_open"), call("kcmp"), call("setsid"),
            // More processes, more memory.
            Attempt(name: "fork", open: .done, landlock: .done, seccomp: .killed),
            Attempt(name: "fork-bomb", open: nil, landlock: nil, seccomp: .killed),
            Attempt(name: "memory", open: .denied("ENOMEM"), landlock: .denied("ENOMEM"), seccomp: .denied("ENOMEM")),
            Attempt(name: "raise-limit", open: .done, landlock: .done, seccomp: gone),
            Attempt(name: "writable-code", open: .done, landlock: .done, seccomp: gone),
            // What an engine does in good faith.
            Attempt(name: "thread", open: .done, landlock: .done, seccomp: .done),
            Attempt(name: "abort", open: .ended(.signal(SIGABRT)), landlock: .ended(.signal(SIGABRT)), seccomp: .ended(.signal(SIGABRT))),
            Attempt(name: "read", target: .ownModel, open: .done, landlock: .done, seccomp: .done),
        ]
        + [
            "mount", "umount2", "pivot_root", "chroot", "open_tree", "fsopen", "unshare", "setns", "keyctl", "add_key", "request_key",
            "bpf",
            "userfaultfd", "perf_event_open", "io_uring_setup", "init_module", "finit_module", "kexec_load", "open_by_handle_at",
            "name_to_handle_at", "fanotify_init", "mknodat", "setuid", "setgroups", "seccomp", "landlock_create_ruleset", "swapon",
            "reboot",
            "execveat", "personality", "clock_settime",
        ].map { call($0) }
        + ["clone3", "memfd_create", "setrlimit", "terminal", "shmget", "msgget", "timer_create"].map { call($0, gone) }

    @Test("Each attempt is stopped, and by which layer", arguments: attempts)
    func stopped(_ attempt: Attempt) async throws {
        let scene = try Scene()
        defer { scene.remove() }
        var confinement = EngineConfinement()
        #expect(try await scene.run(attempt, .hosted, confinement) == attempt.both ?? attempt.seccomp, "with all layers")
        confinement.landlock = .off
        #expect(try await scene.run(attempt, .hosted, confinement) == attempt.seccomp, "with the wider filter alone")
        #expect(try await scene.run(attempt, .native, confinement) == attempt.seccomp, "with the filter of compiled engines alone")
        (confinement.landlock, confinement.seccomp) = (.required, .off)
        if let expected = attempt.landlock {
            #expect(try await scene.run(attempt, .hosted, confinement) == expected, "with Landlock alone")
        }
        if let expected = attempt.open, geteuid() == 0 || attempt.target != .shadow {
            #expect(try await scene.run(attempt, .hosted, .off) == expected, "with nothing in the way it works: this is an attempt")
        }
    }

    @Test("Scratch is the one place where it may write files")
    func scratch() async throws {
        let scene = try Scene()
        defer { scene.remove() }
        #expect(try await scene.probe("write", scene.scratch + "/slot.bin", .hosted, EngineConfinement()) == .done)
        #expect(FileManager.default.fileExists(atPath: scene.scratch + "/slot.bin"))
        #expect(try await scene.probe("mkdir", scene.scratch + "/folder", .hosted, EngineConfinement()) == Self.gone)
    }

    @Test("As a user of its own, an engine reads its model and nothing that is the daemon's", .enabled(if: geteuid() == 0))
    func ownUser() async throws {
        let scene = try Scene()
        defer { scene.remove() }
        var confinement = EngineConfinement()
        (confinement.landlock, confinement.seccomp) = (.off, .off)
        confinement.user = .init(uid: 65_534, gid: 65_534)
        #expect(try await scene.probe("read", scene.database, .hosted, confinement) == .denied("EACCES"))
        #expect(try await scene.probe("signal", String(getpid()), .hosted, confinement) == .denied("EPERM"))
        #expect(try await scene.probe("setuid", "", .hosted, confinement) == .denied("EPERM"))
        #expect(try await scene.probe("thread", "", .hosted, confinement) == .done, "it came as far as reading its model")
    }
}

/// Files to want, and one to be given.
private struct Scene {
    private let machine: TestMachine
    private let folder: String
    let scratch: String
    let database: String
    private let listener: Int32

    init() throws {
        machine = try TestMachine()
        folder = machine.folder + "/sockets"
        scratch = folder + "/scratch"
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        database = try machine.write("db", to: "holdfast.db")
        _ = try machine.write("other", to: "other.gguf")
        // Another user cannot come through a closed folder, and must find the probe.
        chmod(machine.folder, 0o711)
        try FileManager.default.copyItem(
            atPath: URL(filePath: TestMachine.scriptedEngine).deletingLastPathComponent().appending(path: "probe-engine.py").path,
            toPath: machine.folder + "/llama-server")
        chmod(machine.folder + "/llama-server", 0o755)
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array((machine.folder + "/api.sock").utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        try #require(bound == 0 && listen(listener, 8) == 0)
    }

    func remove() {
        close(listener)
        machine.remove()
    }

    func run(
        _ attempt: ProbeTests.Attempt, _ kind: EngineLaunch.Kind, _ confinement: EngineConfinement
    ) async throws -> ProbeTests.Outcome {
        // A run before this one may have taken it, or left it.
        _ = try machine.write("other", to: "other.gguf")
        for left in ["/outside", "/other.gguf.moved"] { try? FileManager.default.removeItem(atPath: machine.folder + left) }
        let target =
            switch attempt.target {
            case .none: ""
            case .shadow: "/etc/shadow"
            case .otherModel: machine.folder + "/other.gguf"
            case .ownModel: machine.folder + "/model.gguf"
            case .outside: machine.folder + "/outside"
            case .folder: machine.folder
            case .parent: String(getpid())
            case .parentMemory: "/proc/\(getpid())/environ"
            case .socket: machine.folder + "/api.sock"
            case .database: database
            }
        return try await probe(attempt.name, target, kind, confinement)
    }

    func probe(
        _ name: String, _ target: String, _ kind: EngineLaunch.Kind, _ confinement: EngineConfinement
    ) async throws -> ProbeTests.Outcome {
        let model = try machine.write("probe:\(name) arg:\(target)", to: "model.gguf", mode: 0o644)
        var limits = EngineLimits()
        limits.dataBytes = 512 << 20
        let process = try await DirectChildLauncher(confinePath: TestMachine.confine, confinement: confinement).launch(
            EngineLaunch(
                program: machine.folder + "/llama-server", arguments: ["--model", model], kind: kind, socketPath: folder + "/engine.sock",
                model: model, scratch: scratch, limits: limits))
        let reason = await process.wait()
        let said = process.stderrTail()
        if reason == .signal(SIGSYS) {
            #expect(process.exitCause == .forbiddenCall && process.exitCause?.code == .engineViolation)
            return .killed
        }
        guard reason == .code(3) else { return .ended(reason) }
        let line = try #require(said.split(separator: "\n").first { $0.hasPrefix("probe: \(name): ") }, "\(reason): \(said)")
        let outcome = line.dropFirst("probe: \(name): ".count)
        return outcome == "done" ? .done : .denied(String(outcome.dropFirst("denied ".count)))
    }
}
