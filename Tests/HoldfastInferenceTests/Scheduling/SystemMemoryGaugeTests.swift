import Foundation
import Testing

@testable import HoldfastInference

struct SystemMemoryGaugeTests {
    /// A machine of files.
    private func reading(_ files: [String: String]) throws -> MemoryReading {
        let root = "/tmp/hf-gauge-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (path, text) in files {
            let whole = URL(filePath: root + path)
            try FileManager.default.createDirectory(at: whole.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: whole)
        }
        return SystemMemoryGauge(root: root).reading()
    }

    private static let machine = "MemTotal:       8000 kB\nMemFree:  100 kB\nMemAvailable:   5000 kB\n"

    @Test("Without limits it is the machine's memory")
    func machine() throws {
        let reading = try reading([
            "/proc/meminfo": Self.machine, "/proc/self/cgroup": "4:memory:/\n0::/\n",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n", "/sys/fs/cgroup/memory/memory.usage_in_bytes": "5\n",
        ])
        #expect(reading == MemoryReading(availableBytes: 5_120_000, totalBytes: 8_192_000, limit: .machine))
    }

    @Test("Version 1: the group's limit less what is used and is no file's page")
    func version1() throws {
        let reading = try reading([
            "/proc/meminfo": Self.machine, "/proc/self/cgroup": "5:cpu:/x\n4:memory:/a/b\n0::/\n",
            "/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes": "4000000\n", "/sys/fs/cgroup/memory/a/b/memory.usage_in_bytes": "3000000\n",
            "/sys/fs/cgroup/memory/a/b/memory.stat": "inactive_file 9\ntotal_inactive_file 1000000\ntotal_active_file 500000\n",
        ])
        #expect(reading == MemoryReading(availableBytes: 2_500_000, totalBytes: 4_000_000, limit: .cgroup))
    }

    @Test("Version 2: the tightest level counts, `max` is none, and in a container only the root may be seen")
    func version2() throws {
        let levels = try reading([
            "/proc/meminfo": Self.machine, "/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/b/memory.max": "max\n",
            "/sys/fs/cgroup/a/b/memory.current": "7\n", "/sys/fs/cgroup/a/memory.max": "3000000\n",
            "/sys/fs/cgroup/a/memory.current": "2900000\n", "/sys/fs/cgroup/a/memory.stat": "inactive_file 100000\nactive_file 200000\n",
        ])
        #expect(levels == MemoryReading(availableBytes: 400_000, totalBytes: 3_000_000, limit: .cgroup))
        let container = try reading([
            "/proc/meminfo": Self.machine, "/proc/self/cgroup": "0::/not/here\n", "/sys/fs/cgroup/memory.max": "1000000\n",
            "/sys/fs/cgroup/memory.current": "250000\n",
        ])
        #expect(container == MemoryReading(availableBytes: 750_000, totalBytes: 1_000_000, limit: .cgroup))
    }

    @Test("A process's memory: this one has some, and a number that is no process has none")
    func process() throws {
        let use = try #require(SystemMemoryGauge().use(of: getpid()))
        #expect(use.residentBytes > 1 << 20 && use.anonymousBytes > 0 && use.peakBytes >= use.residentBytes)
        #expect(SystemMemoryGauge().use(of: 0) == nil)
    }
}
