import CDispatch
import Glibc

/// EXTEND_TIMEOUT_USEC while the state is opened: recovery of a long write-ahead log, or of a database that has to be copied, takes longer than
/// a start usually does. More time is asked for only as long as the daemon has used the processor or the disk since the last time.
struct StartExtension: Sendable {
    let notifier: ServiceNotifier
    var interval = Duration.seconds(10)
    /// What each time is asked for: several intervals, since one may be missed.
    var grant = Duration.seconds(60)
    /// A figure that grows with work.
    var work: @Sendable () -> UInt64 = Self.processWork
    var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    /// Does `open`, which blocks, beside it.
    func during<Value: Sendable>(_ open: @escaping @Sendable () throws -> Value) async throws -> Value {
        let watch = Task {
            var before = work()
            while true {
                try await sleep(interval)
                let now = work()
                if now != before { notifier.extendTimeout(grant) }
                before = now
            }
        }
        defer { watch.cancel() }
        return try await offPool(open)
    }

    /// Hundredths of a second of processor time and blocks read or written, of this process. What looking costs is below that.
    static let processWork: @Sendable () -> UInt64 = {
        var usage = rusage()
        guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
        func hundredths(_ time: timeval) -> UInt64 { UInt64(max(0, time.tv_sec)) * 100 + UInt64(max(0, time.tv_usec)) / 10_000 }
        return hundredths(usage.ru_utime) + hundredths(usage.ru_stime) + UInt64(max(0, usage.ru_inblock)) + UInt64(max(0, usage.ru_oublock))
    }
}
