import Glibc

/// What /proc/PID/stat says of a process's work (proc(5)).
struct ProcessUsage: Equatable, Sendable {
    /// User and system time of all its threads, in clock ticks.
    var cpuTicks: UInt64
    var residentBytes: Int64

    /// - Returns: nil when the process is gone or /proc does not show it.
    init?(pid: Int32) {
        let file = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
        guard count > 0 else { return nil }
        self.init(stat: String(decoding: bytes[..<count], as: UTF8.self))
    }

    /// The second field is the program's name in brackets, and may hold brackets and spaces itself.
    init?(stat: String) {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        // From here on the third field is number 0: utime 11, stime 12, rss (in pages) 21.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 21, let user = UInt64(fields[11]), let system = UInt64(fields[12]), let pages = Int64(fields[21]) else {
            return nil
        }
        cpuTicks = user + system
        residentBytes = pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
