import CHoldfastSystem
import Glibc
import ServiceLifecycle

/// Gives memory back once the daemon has had nothing to do for ten seconds: gateways are small, and a daemon is idle most of its life.
/// `docs/decisions/0006-idle-memory.md` says what this is and what it is not.
struct IdleTrim: Service {
    private static let interval: Duration = .seconds(10)
    /// Processor time in an interval below which it counts as idle; the daemon's own clockwork takes a tenth of that.
    private static let idleMicroseconds: Int64 = 20_000

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var isTrimmed = false
            var before = Self.processorTime
            while !Task.isCancelled {
                try await Task.sleep(for: Self.interval)
                let isIdle = Self.processorTime - before < Self.idleMicroseconds
                if isIdle, !isTrimmed { hf_release_idle_memory() }
                isTrimmed = isIdle
                before = Self.processorTime
            }
        }
    }

    /// Microseconds of this process, in user and system mode.
    private static var processorTime: Int64 {
        var usage = rusage()
        guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
        func microseconds(_ time: timeval) -> Int64 { Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_usec) }
        return microseconds(usage.ru_utime) + microseconds(usage.ru_stime)
    }
}
