import Glibc
import HoldfastLaunch

/// Starts engines. ``DirectChildLauncher`` makes a child; ``UnitLauncher`` asks systemd for an instance of a unit, which has a user of its own.
public protocol EngineLauncher: Sendable {
    /// Returns once the process exists; whether it serves is the driver's to find out.
    /// - Throws: ``HoldfastError`` `engine_failed` or `engine_missing`.
    func launch(_ launch: EngineLaunch) async throws -> any EngineProcess
}

/// What is to be started, and what it may touch.
public struct EngineLaunch: Sendable {
    /// Which calls it may make; the lists are holdfast-confine's.
    public enum Kind: String, Sendable {
        /// A compiled engine.
        case native
        /// An engine inside an interpreter.
        case hosted
        /// A program of ours that confines itself and reads one file.
        case reader
    }

    /// The executable, absolute.
    public var program: String
    /// Without the program itself.
    public var arguments: [String]
    public var kind: Kind
    /// Where it will listen, in a folder of its own: the one place where it makes a socket. Nil for a program that serves nobody.
    public var socketPath: String?
    /// The model's file; read-only.
    public var model: String?
    /// Where the engine's own files are; read-only, with what is beneath.
    public var folder: String?
    /// The one folder where it may write files, within its limits.
    public var scratch: String?
    public var limits: EngineLimits

    public init(
        program: String, arguments: [String], kind: Kind = .native, socketPath: String? = nil, model: String? = nil, folder: String? = nil,
        scratch: String? = nil, limits: EngineLimits = EngineLimits()
    ) {
        self.program = program
        self.arguments = arguments
        self.kind = kind
        self.socketPath = socketPath
        self.model = model
        self.folder = folder
        self.scratch = scratch
        self.limits = limits
    }
}

/// Resource limits of an engine's process; nil leaves the daemon's own.
public struct EngineLimits: Sendable, Equatable {
    public var openFiles: UInt64? = 256
    /// Bytes of a core file. None: it would hold prompts.
    public var coreBytes: UInt64? = 0
    /// Bytes of a file it writes. None: an engine writes no file.
    public var fileBytes: UInt64? = 0
    /// Bytes of data segment and anonymous memory. Beyond them an allocation fails; the weights, which are mapped, do not count.
    public var dataBytes: UInt64?
    /// Threads of its user, where that user is its own: the kernel counts by user.
    public var threads: UInt64 = 512

    public init() {}
}

/// An engine's process, from its start until it has been reaped.
public protocol EngineProcess: Sendable {
    var pid: Int32 { get }
    /// Nil while it runs.
    var exitReason: ExitReason? { get }
    /// Nil while it runs.
    var exitCause: ExitCause? { get }
    /// The last 8 KiB of standard error, for operators; broken UTF-8 replaced.
    func stderrTail() -> String
    /// Bytes of standard error so far: a sign of progress.
    var stderrByteCount: Int { get }
    /// What it has used so far; nil when that is not known (yet).
    var report: EngineReport? { get }
    func wait() async -> ExitReason
    /// To the whole group; nothing when it has been reaped.
    func signal(_ number: Int32)
    /// SIGKILL to the whole group, now. The process is gone once ``wait()`` returns.
    func kill()
}

extension EngineProcess {
    /// SIGTERM, and SIGKILL to the whole group after `grace`. Returns when it is reaped.
    public func terminate(grace: Duration) async -> ExitReason {
        signal(SIGTERM)
        let timer = killing(after: grace)
        defer { timer.cancel() }
        return await wait()
    }

    /// Waits for one that ends by itself. It is killed at the limit, and when the task is cancelled.
    /// - Throws: `CancellationError`.
    func wait(atMost limit: Duration) async throws -> ExitReason {
        let timer = killing(after: limit)
        defer { timer.cancel() }
        let exit = await withTaskCancellationHandler {
            await wait()
        } onCancel: {
            kill()
        }
        try Task.checkCancellation()
        return exit
    }

    private func killing(after time: Duration) -> Task<Void, any Error> {
        Task {
            try await Task.sleep(for: time)
            kill()
        }
    }

    /// Output, processor time and memory.
    var signsOfWork: [UInt64?] {
        let report = report
        return [UInt64(stderrByteCount), report?.cpuTicks, report.map { UInt64(max(0, $0.memory.residentBytes)) }]
    }
}

/// What an engine's process has used.
public struct EngineReport: Sendable, Equatable {
    /// User and system time of all its threads, in clock ticks.
    public var cpuTicks: UInt64
    public var memory: MemoryUse

    init(_ report: ProcessReport) {
        cpuTicks = report.cpuTicks
        memory = MemoryUse(residentBytes: report.residentBytes, anonymousBytes: report.anonymousBytes, peakBytes: report.peakBytes)
    }
}

/// How a process ended.
public enum ExitReason: Sendable, Equatable, CustomStringConvertible {
    case code(Int32)
    case signal(Int32)

    public var description: String {
        switch self {
        case .code(let code): "exit code \(code)"
        case .signal(let signal): "signal \(signal)"
        }
    }
}
