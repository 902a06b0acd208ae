import CHoldfastSystem
import Glibc
import HoldfastLaunch

/// `holdfast-confine --supervise`: what systemd starts for a connection to `holdfast-engine.socket`, with the connection as its input.
///
/// It is told what to start, starts it as a child that confines itself, says how it does, and how it ended. It ends its child when the
/// connection ends, which is also how it learns that the daemon was killed; and when it ends itself, systemd ends all that is left.
/// It has the user and the unit's restrictions, and none of the layers that are put on for the engine alone.
struct EngineSupervisor {
    private let connection: LaunchConnection
    private let engine: Spawned
    private let oomKills: OutOfMemoryCounter
    private let oomKillsBefore: UInt64
    private var lastReport: ProcessReport?
    /// An idle engine is looked at seldom.
    private var isChanging = true
    private var lastLook = ContinuousClock.now

    static func run() -> Never {
        var kind: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &kind, &length) == 0, kind == Int32(SOCK_SEQPACKET.rawValue) else {
            fail(.usage, "--supervise is for systemd (holdfast-engine@.service): the standard input is no connection")
        }
        let connection = LaunchConnection(descriptor: STDIN_FILENO)
        guard case .message(.launch(let program, let words), let file) = connection.receive() else {
            connection.send(.refused("what it was told is no launch of this release; restart holdfastd after an upgrade"))
            fail(.usage, "the connection ended before it said what to start, or is another release's")
        }
        let counter = OutOfMemoryCounter()
        let before = counter.value
        let own = "--parent \(getpid())".split(separator: " ").map(String.init)
        switch spawn([beside(program.name)] + own + words, given: file) {
        case .failure(let failure):
            connection.send(.refused(failure.text))
            fail(.notFound, failure.text)
        case .success(let engine):
            if let file { close(file) }
            connection.send(.started(engine.pid))
            var supervisor = EngineSupervisor(connection: connection, engine: engine, oomKills: counter, oomKillsBefore: before)
            supervisor.follow()
        }
    }

    private init(connection: LaunchConnection, engine: Spawned, oomKills: OutOfMemoryCounter, oomKillsBefore: UInt64) {
        self.connection = connection
        self.engine = engine
        self.oomKills = oomKills
        self.oomKillsBefore = oomKillsBefore
    }

    /// A program of ours: PATH is not searched.
    private static func beside(_ name: String) -> String {
        var path = [UInt8](repeating: 0, count: 4096)
        let count = path.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readlink("/proc/self/exe", $0, bytes.count) } ?? -1
        }
        let own = String(decoding: path.prefix(max(0, count)), as: UTF8.self)
        return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/" + name
    }

    // MARK: Until the end

    private mutating func follow() -> Never {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        var errorsOpen = true
        var full = false
        while true {
            var watched = [
                pollfd(fd: engine.pidfd, events: Int16(POLLIN), revents: 0),
                pollfd(fd: connection.descriptor, events: Int16(POLLIN), revents: 0),
                // An engine that floods is read slowly: the pipe fills and the engine waits.
                pollfd(fd: errorsOpen && !full ? engine.stderr : -1, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&watched, 3, full ? 10 : isChanging ? 200 : 1000)
            if ContinuousClock.now - lastLook >= .milliseconds(200) { report() }
            full = false
            if ready < 0 { continue }
            if watched[1].revents != 0 { obey() }
            if watched[2].revents != 0 {
                let count = pass(&buffer)
                errorsOpen = count != 0
                full = count == buffer.count
            }
            if watched[0].revents != 0 { end(&buffer) }
        }
    }

    private func obey() {
        switch connection.receive() {
        case .message(.signal(let number), let file):
            if let file { close(file) }
            // Before it has made its group there is only the process.
            if kill(-engine.pid, number) != 0 { kill(engine.pid, number) }
        default:
            // The daemon closed it, or is gone.
            _ = reap()
            exit(0)
        }
    }

    /// - Returns: bytes of the engine's errors that were passed on; 0 at their end, -1 when there are none now.
    private func pass(_ buffer: inout [UInt8]) -> Int {
        let count = buffer.withUnsafeMutableBytes { read(engine.stderr, $0.baseAddress, $0.count) }
        if count > 0 { connection.send(.errors(Array(buffer[..<count]))) }
        return count
    }

    /// Only what has changed. The daemon itself does not see another user's process (`ProtectProc=`).
    private mutating func report() {
        lastLook = .now
        let report = ProcessReport(pid: engine.pid)
        isChanging = report != lastReport
        guard let report, isChanging else { return }
        lastReport = report
        connection.send(.report(report))
    }

    private func end(_ buffer: inout [UInt8]) -> Never {
        // What was written last says why; a grandchild may hold the pipe open, so its end is not waited for.
        for _ in 0..<16 where pass(&buffer) <= 0 { break }
        let status = reap()
        let after = oomKills.value
        connection.send(
            .exited(
                signal: hf_wait_signal(status), code: hf_wait_exit_code(status),
                oomKills: after > oomKillsBefore ? after - oomKillsBefore : 0))
        exit(0)
    }

    /// Whatever it left in its group goes with it. The id cannot have been taken: we have not reaped yet.
    private func reap() -> Int32 {
        kill(-engine.pid, SIGKILL)
        kill(engine.pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(engine.pid, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
