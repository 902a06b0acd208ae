import Foundation
import Glibc

/// Stands between the daemon and a running engine: takes the place of the engine's socket, passes everything on, and strikes when it is told to.
///
/// The daemon makes a connection for each request, so that an engine which serves already can be taken over, confined as it is.
public final class FaultProxy: Sendable {
    public let engine: Int32
    /// Where the engine listens now.
    let realSocket: String
    private let socket: String
    private let listener: Int32
    private let state = Mutexed(State())

    private struct State {
        var plan: FaultPlan?
        var strikes = 0
        var isDetached = false
    }

    /// - Parameter socket: the path at which the daemon looks for the engine.
    public init(engine: Int32, socket: String) throws {
        self.engine = engine
        self.socket = socket
        realSocket = socket + ".real"
        let own = socket + ".proxy"
        listener = try RawSocket.listen(own)
        // A second name for the engine's, and ours over the first: no request finds neither.
        guard link(socket, realSocket) == 0, rename(own, socket) == 0 else {
            let code = errno
            // Whole as it is, it would be taken apart as one that stands between.
            state.with { $0.isDetached = true }
            close(listener)
            unlink(own)
            unlink(realSocket)
            throw TestFailure("no socket at \(socket): errno \(code)")
        }
        Thread.detachNewThread { [self] in acceptAll() }
    }

    /// The engine of the model with this digest (hexadecimal), as soon as it has a socket.
    public static func attach(runtime: String, digest: String, within limit: Duration = .seconds(60)) async throws -> FaultProxy {
        try await eventually("the engine of \(digest.prefix(8)) has a socket", within: limit) {
            guard let (pid, line) = RunningProcesses.engines(runtime: runtime).first(where: { $0.value.contains(digest) }),
                let socket = line.split(separator: " ").drop(while: { $0 != "--host" }).dropFirst().first,
                access(String(socket), F_OK) == 0
            else { return nil }
            return try? FaultProxy(engine: pid, socket: String(socket))
        }
    }

    public func arm(_ plan: FaultPlan) { state.with { $0.plan = plan } }

    public func disarm() { state.with { $0.plan = nil } }

    /// How many answers were struck.
    public var strikes: Int { state.with { $0.strikes } }

    /// Gives the engine its name back, if it is still there, and ends what still waits.
    public func detach() {
        let first = state.with { state in
            defer { state.isDetached = true }
            return !state.isDetached
        }
        guard first else { return }
        // The thread that accepts wakes and closes it.
        shutdown(listener, Int32(SHUT_RDWR))
        guard kill(engine, 0) == 0, access(socket, F_OK) == 0 else {
            unlink(realSocket)
            unlink(socket)
            rmdir(socket.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/"))
            return
        }
        rename(realSocket, socket)
    }

    deinit { detach() }

    var isDetached: Bool { state.with { $0.isDetached } }

    /// - Returns: the plan, if it is for this request; counted then.
    func strike(_ request: String, _ body: [UInt8]) -> FaultPlan? {
        state.with { state in
            guard let plan = state.plan, request.contains(plan.path),
                plan.words.isEmpty || String(decoding: body, as: UTF8.self).contains(plan.words)
            else { return nil }
            if !plan.repeats { state.plan = nil }
            return plan
        }
    }

    func struck() { state.with { $0.strikes += 1 } }

    private func acceptAll() {
        while true {
            let connection = accept(listener, nil, nil)
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            guard connection >= 0, !isDetached else {
                close(listener)
                return
            }
            let relay = FaultyRelay(proxy: self, caller: RawSocket(adopting: connection))
            Thread.detachNewThread { relay.run() }
        }
    }
}
