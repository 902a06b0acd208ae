/// Starts engines. One launcher makes a direct child; a later one asks systemd for a unit with a uid of its own.
public protocol EngineLauncher: Sendable {
    /// Returns once the process exists; whether it serves is the driver's to find out.
    /// - Throws: ``HoldfastError`` `engine_failed` or `engine_missing`.
    func launch(_ launch: EngineLaunch) async throws -> any EngineProcess
}

/// What is to be started.
public struct EngineLaunch: Sendable {
    /// The engine's executable, absolute.
    public var program: String
    /// Without the program itself.
    public var arguments: [String]
    /// Where it will listen.
    public var socketPath: String
    public var limits: EngineLimits

    public init(program: String, arguments: [String], socketPath: String, limits: EngineLimits = EngineLimits()) {
        self.program = program
        self.arguments = arguments
        self.socketPath = socketPath
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
    /// Bytes of data segment and anonymous memory.
    public var dataBytes: UInt64?

    public init() {}
}

/// An engine's process, from its start until it has been reaped.
public protocol EngineProcess: Sendable {
    var pid: Int32 { get }
    var socketPath: String { get }
    /// Nil while it runs.
    var exitReason: ExitReason? { get }
    /// The last 8 KiB of standard error, for operators; broken UTF-8 replaced.
    func stderrTail() -> String
    /// Bytes of standard error so far: a sign of progress.
    var stderrByteCount: Int { get }
    func wait() async -> ExitReason
    /// SIGTERM, and SIGKILL to the whole group after `grace`. Returns when it is reaped.
    func terminate(grace: Duration) async -> ExitReason
    /// SIGKILL to the whole group, now. The process is gone once ``wait()`` returns.
    func kill()
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
