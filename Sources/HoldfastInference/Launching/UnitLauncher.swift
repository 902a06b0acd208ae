import CHoldfastSystem
import Glibc
import HoldfastCore
import HoldfastLaunch

/// Starts an engine as an instance of `holdfast-engine@.service`: a connection to `holdfast-engine.socket` has systemd start
/// `holdfast-confine --supervise` with a user, a memory limit and a network namespace of its own, and is told what to run.
///
/// The model's file goes along as an open descriptor, since that user cannot come to it. No D-Bus is spoken: how the engine ended, the
/// supervisor says.
public struct UnitLauncher: EngineLauncher {
    /// Of the socket that systemd listens on.
    public let socketPath: String
    public let confinement: EngineConfinement

    public init(socketPath: String, confinement: EngineConfinement = EngineConfinement()) {
        self.socketPath = socketPath
        self.confinement = confinement
    }

    /// - Throws: ``HoldfastError`` `engine_failed`.
    public func launch(_ launch: EngineLaunch) async throws -> any EngineProcess {
        let program: LaunchMessage.Program = launch.kind == .reader ? .checkModel : .confine
        let message = LaunchMessage.launch(program, LaunchWords.make(launch, confinement, isGiven: true))
        return try await withCheckedThrowingContinuation { continuation in
            // The thread waits in the kernel for what the supervisor says, until that is over.
            let started = SupervisionThread.start { [socketPath] in
                switch Self.connect(socketPath, message, model: launch.model) {
                case .failure(let error): continuation.resume(throwing: error)
                case .success(let connection):
                    SupervisedProcess.follow(connection) { continuation.resume(with: $0) }
                    close(connection.descriptor)
                }
            }
            if !started { continuation.resume(throwing: Self.failure("this machine gives no further thread")) }
        }
    }

    private static func connect(_ path: String, _ message: LaunchMessage, model: String?) -> Result<LaunchConnection, HoldfastError> {
        var file: Int32 = -1
        defer { if file >= 0 { close(file) } }
        if let model {
            file = open(model, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return .failure(failure("\(model): \(String(cString: strerror(errno)))")) }
        }
        switch LaunchConnection.connect(path) {
        case .failure(let refusal): return .failure(failure(refusal.text, hint: "systemctl status holdfast-engine.socket"))
        case .success(let connection):
            if connection.send(message, file: file >= 0 ? file : nil) { return .success(connection) }
            close(connection.descriptor)
            return .failure(noInstance)
        }
    }

    static let noInstance = failure(
        "systemd ended the connection before an engine was started", hint: "journalctl -u 'holdfast-engine@*' -u holdfast-engine.socket")

    static func failure(_ why: String, hint: String = "holdfast doctor") -> HoldfastError {
        HoldfastError(.engineFailed, "systemd did not start the engine: \(why).", hint: hint)
    }
}
