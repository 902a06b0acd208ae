import FoundationEssentials
import Glibc

/// Linux: the smaller of the machine's memory (`/proc/meminfo`) and what the control groups of this process leave, of version 1 or 2.
public struct SystemMemoryGauge: MemoryGauge {
    private let root: String

    /// - Parameter root: where `/proc` and `/sys` are; a test has a folder of its own.
    public init(root: String = "") { self.root = root }

    public func reading() -> MemoryReading {
        let machine = fields("/proc/meminfo", scale: 1024)
        var reading = MemoryReading(availableBytes: machine["MemAvailable"] ?? .max, totalBytes: machine["MemTotal"] ?? .max)
        for group in groups() {
            let available = group.limit - group.used
            if available < reading.availableBytes { (reading.availableBytes, reading.limit) = (available, .cgroup) }
            reading.totalBytes = min(reading.totalBytes, group.limit)
        }
        return reading
    }

    public func use(of pid: Int32) -> MemoryUse? {
        let status = fields("/proc/\(pid)/status", scale: 1024)
        guard let resident = status["VmRSS"], let anonymous = status["RssAnon"] else { return nil }
        return MemoryUse(residentBytes: resident, anonymousBytes: anonymous, peakBytes: max(resident, status["VmHWM"] ?? 0))
    }

    // MARK: Control groups

    private struct Group {
        var limit: Int64
        /// Without pages of files, which the kernel can take back.
        var used: Int64
    }

    /// The group of this process and all above it that have a limit.
    private func groups() -> [Group] {
        var found: [Group] = []
        for line in text("/proc/self/cgroup").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            if parts[0] == "0", parts[1].isEmpty {
                // Where both versions are mounted, this is where the second is.
                for mount in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
                    found += ancestors(parts[2]).compactMap { group(mount + $0, "memory.max", "memory.current", stat: "") }
                }
            } else if parts[1].split(separator: ",").contains("memory") {
                found += ancestors(parts[2]).compactMap {
                    group("/sys/fs/cgroup/memory" + $0, "memory.limit_in_bytes", "memory.usage_in_bytes", stat: "total_")
                }
            }
        }
        return found
    }

    /// `/a/b` as `/a/b`, `/a` and nothing; in a container, the first ones may not be there to see.
    private func ancestors(_ path: some StringProtocol) -> [String] {
        let parts = path.split(separator: "/")
        return (0...parts.count).reversed().map { count in parts.prefix(count).map { "/\($0)" }.joined() }
    }

    private func group(_ folder: String, _ limit: String, _ usage: String, stat prefix: String) -> Group? {
        // `max`, or a number next to 2^63, is no limit.
        guard let limit = number("\(folder)/\(limit)"), limit < 1 << 60, let used = number("\(folder)/\(usage)") else { return nil }
        let stat = fields("\(folder)/memory.stat", scale: 1)
        let files = (stat[prefix + "inactive_file"] ?? 0) + (stat[prefix + "active_file"] ?? 0)
        return Group(limit: limit, used: max(0, used - files))
    }

    // MARK: Files

    private func number(_ path: String) -> Int64? { Int64(text(path).prefix { $0.isNumber }) }

    /// Lines of a name and a number.
    private func fields(_ path: String, scale: Int64) -> [String: Int64] {
        var fields: [String: Int64] = [:]
        for line in text(path).split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "\t" || $0 == ":" }
            guard words.count > 1, let value = Int64(words[1]) else { continue }
            fields[String(words[0])] = value * scale
        }
        return fields
    }

    private func text(_ path: String) -> String {
        (try? Data(contentsOf: URL(filePath: root + path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
