import CHoldfastSystem
import Glibc
import HoldfastCore
import HoldfastLaunch
import Synchronization

/// A direct child, supervised by the thread that started it.
final class ChildProcess: EngineProcess {
    static var ownPID: Int32 { getpid() }

    let pid: Int32
    private let exit = SharedResult<ExitReason>()
    private let cause = Mutex<ExitCause?>(nil)
    private let oomKills = OutOfMemoryCounter()
    private let oomKillsBefore: UInt64
    private let tail = Mutex(StderrTail())
    /// Whether the process id is still ours to signal: set, under the lock, in the same breath as the process is reaped.
    private let reaped = Mutex(false)
    private let wasSignalled = Mutex(false)

    private init(pid: Int32) {
        self.pid = pid
        oomKillsBefore = oomKills.value
    }

    var exitReason: ExitReason? { try? exit.result?.get() }
    var exitCause: ExitCause? { cause.withLock { $0 } }
    var stderrByteCount: Int { tail.withLock { $0.total } }
    var report: EngineReport? { ProcessReport(pid: pid).map(EngineReport.init) }
    func stderrTail() -> String { tail.withLock { $0 }.text }

    func wait() async -> ExitReason {
        // It only ever completes with a value.
        (try? await exit.value()) ?? .signal(SIGKILL)
    }

    func kill() { signal(SIGKILL) }

    func signal(_ number: Int32) {
        reaped.withLock { reaped in
            guard !reaped else { return }
            wasSignalled.withLock { $0 = true }
            // Before holdfast-confine has made the group there is only the process.
            if Glibc.kill(-pid, number) != 0 { _ = Glibc.kill(pid, number) }
        }
    }

    // MARK: On the supervising thread

    /// Starts the child, reports it, and returns when it has been reaped.
    static func supervise(_ words: [String], report: (Result<any EngineProcess, any Error>) -> Void) {
        switch spawn(words) {
        case .failure(let failure):
            report(
                .failure(
                    HoldfastError(.engineFailed, "The engine could not be started.", detail: failure.text, hint: "holdfast status")))
        case .success(let spawned):
            defer {
                close(spawned.stderr)
                close(spawned.pidfd)
            }
            let child = ChildProcess(pid: spawned.pid)
            report(.success(child))
            child.exit.complete(.success(child.followUntilExit(spawned)))
        }
    }

    private func followUntilExit(_ spawned: Spawned) -> ExitReason {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        var stderrOpen = true
        var full = false
        while true {
            var watched = [
                pollfd(fd: spawned.pidfd, events: Int16(POLLIN), revents: 0),
                // An engine that floods is read slowly: the pipe fills and the engine waits, not the daemon's core.
                pollfd(fd: stderrOpen && !full ? spawned.stderr : -1, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&watched, 2, full ? 10 : -1)
            full = false
            if ready < 0 { continue }
            if watched[1].revents != 0 {
                let count = drainOnce(spawned.stderr, &buffer)
                if count == 0 { stderrOpen = false }
                full = count == buffer.count
            }
            if watched[0].revents != 0 { break }
        }
        // What was written last says why; a grandchild may hold the pipe open, so its end is not waited for.
        for _ in 0..<16 where drainOnce(spawned.stderr, &buffer) <= 0 { break }
        return reap()
    }

    /// - Returns: bytes read; 0 at the end; -1 when there is nothing now.
    private func drainOnce(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
        buffer.withUnsafeMutableBytes { bytes in
            let count = read(descriptor, bytes.baseAddress, bytes.count)
            if count > 0 { tail.withLock { $0.append(UnsafeRawBufferPointer(rebasing: bytes[..<count])) } }
            return count
        }
    }

    private func reap() -> ExitReason {
        var status: Int32 = 0
        reaped.withLock { reaped in
            // Whatever it left in its group goes with it. The id cannot have been taken: we have not reaped yet.
            _ = Glibc.kill(-pid, SIGKILL)
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            reaped = true
        }
        let signal = hf_wait_signal(status)
        let reason: ExitReason = signal == 0 ? .code(hf_wait_exit_code(status)) : .signal(signal)
        let wasEnded = wasSignalled.withLock { $0 }
        let after = oomKills.value
        cause.withLock { $0 = ExitCause(reason, wasEnded: wasEnded, oomKills: after > oomKillsBefore ? after - oomKillsBefore : 0) }
        return reason
    }
}
