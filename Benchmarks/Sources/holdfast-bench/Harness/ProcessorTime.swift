import Foundation

/// What a process has used of the processors, from /proc.
enum ProcessorTime {
    /// User and system time of all threads, in steps of 10 ms.
    static func seconds(pid: pid_t) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        // The command's name is in parentheses and may hold anything; utime and stime are fields 14 and 15.
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            throw BenchError("/proc/\(pid)/stat is odd")
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
