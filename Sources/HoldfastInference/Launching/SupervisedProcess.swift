import Glibc
import HoldfastCore
import HoldfastLaunch
import Synchronization

/// An engine in an instance of `holdfast-engine@.service`, as its supervisor tells of it over the connection.
final class SupervisedProcess: EngineProcess {
    private struct State {
        var tail = StderrTail()
        var report: EngineReport?
        var cause: ExitCause?
        var wasSignalled = false
        /// Whether the connection is still ours to write to: it is closed after this has become false.
        var isConnected = true
    }

    /// How long after SIGKILL a supervisor has to say so; then it is not waited for.
    private static let lastWord = Duration.seconds(10)

    let pid: Int32
    private let connection: LaunchConnection
    private let exit = SharedResult<ExitReason>()
    private let state = Mutex(State())

    private init(pid: Int32, connection: LaunchConnection) {
        self.pid = pid
        self.connection = connection
    }

    var exitReason: ExitReason? { try? exit.result?.get() }
    var exitCause: ExitCause? { state.withLock { $0.cause } }
    var stderrByteCount: Int { state.withLock { $0.tail.total } }
    var report: EngineReport? { state.withLock { $0.report } }
    func stderrTail() -> String { state.withLock { $0.tail }.text }

    func wait() async -> ExitReason {
        // It only ever completes with a value.
        (try? await exit.value()) ?? .signal(SIGKILL)
    }

    func kill() {
        signal(SIGKILL)
        Task {
            try await Task.sleep(for: Self.lastWord)
            // A supervisor that says nothing any more ends with its connection, or systemd's administrator ends it.
            state.withLock { if $0.isConnected { shutdown(connection.descriptor, Int32(SHUT_RDWR)) } }
        }
    }

    func signal(_ number: Int32) {
        state.withLock { state in
            guard state.isConnected else { return }
            state.wasSignalled = true
            connection.send(.signal(number))
        }
    }

    // MARK: On the supervising thread

    /// Waits for the start, reports it, and returns when the engine has ended or the supervisor is gone. The connection is not used after that.
    static func follow(_ connection: LaunchConnection, report: (Result<any EngineProcess, any Error>) -> Void) {
        switch connection.receive() {
        case .message(.started(let pid), _):
            let process = SupervisedProcess(pid: pid, connection: connection)
            report(.success(process))
            process.followUntilExit()
        case .message(.refused(let why), _): report(.failure(UnitLauncher.failure(why)))
        default: report(.failure(UnitLauncher.noInstance))
        }
    }

    private func followUntilExit() {
        while true {
            switch connection.receive() {
            case .message(.errors(let bytes), _): state.withLock { state in bytes.withUnsafeBytes { state.tail.append($0) } }
            case .message(.report(let report), _): state.withLock { $0.report = EngineReport(report) }
            case .message(.exited(let signal, let code, let oomKills), _):
                return end(signal == 0 ? .code(code) : .signal(signal), oomKills: oomKills)
            // The supervisor was killed, and its engine with it.
            default: return end(.signal(SIGKILL), oomKills: 0)
            }
        }
    }

    private func end(_ reason: ExitReason, oomKills: UInt64) {
        state.withLock { state in
            state.isConnected = false
            state.cause = ExitCause(reason, wasEnded: state.wasSignalled, oomKills: oomKills)
        }
        exit.complete(.success(reason))
    }
}
