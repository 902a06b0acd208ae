import Glibc

/// What /proc says of a process's work and memory (proc(5)).
package struct ProcessReport: Equatable, Sendable {
    /// User and system time of all its threads, in clock ticks.
    package var cpuTicks: UInt64
    package var residentBytes: Int64
    /// Of it, what is no file's page.
    package var anonymousBytes: Int64
    /// The most that was ever resident.
    package var peakBytes: Int64

    package init(cpuTicks: UInt64, residentBytes: Int64, anonymousBytes: Int64 = 0, peakBytes: Int64 = 0) {
        self.cpuTicks = cpuTicks
        self.residentBytes = residentBytes
        self.anonymousBytes = anonymousBytes
        self.peakBytes = max(peakBytes, residentBytes)
    }

    /// - Returns: nil when the process is gone, or is another user's and /proc hides those.
    package init?(pid: Int32) {
        guard let stat = ProcessText.read("/proc/\(pid)/stat") else { return nil }
        self.init(stat: stat, status: ProcessText.read("/proc/\(pid)/status") ?? "")
    }

    /// - Parameters:
    ///   - stat: the text of /proc/PID/stat. Its second field is the program's name in brackets, and may hold brackets and spaces itself.
    ///   - status: the text of /proc/PID/status; without it, only what `stat` has.
    package init?(stat: String, status: String = "") {
        guard let end = stat.lastIndex(of: ")") else { return nil }
        // From here on the third field is number 0: utime 11, stime 12, rss (in pages) 21.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 21, let user = UInt64(fields[11]), let system = UInt64(fields[12]), let pages = Int64(fields[21]) else {
            return nil
        }
        let resident = pages.multipliedReportingOverflow(by: Int64(sysconf(Int32(_SC_PAGESIZE))))
        guard !resident.overflow else { return nil }
        self.init(
            cpuTicks: user &+ system, residentBytes: resident.partialValue, anonymousBytes: Self.kibibytes("RssAnon:", in: status) ?? 0,
            peakBytes: Self.kibibytes("VmHWM:", in: status) ?? 0)
    }

    private static func kibibytes(_ name: String, in status: String) -> Int64? {
        let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
        let words = line?.split { $0 == " " || $0 == "\t" } ?? []
        return words.count > 1 ? Int64(words[1]).flatMap { $0 < 1 << 50 ? $0 << 10 : nil } : nil
    }
}

/// Small files of /proc and /sys.
package enum ProcessText {
    /// The first 16 KiB; nil when it cannot be read.
    package static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
        return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }
}
