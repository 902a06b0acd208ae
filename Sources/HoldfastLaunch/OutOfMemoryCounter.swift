/// How often the kernel has ended a process for want of memory: in the caller's control group, or where there is none, on this machine.
///
/// A process killed this way looks like one that anybody killed; a counter that rose while it ran tells them apart.
package struct OutOfMemoryCounter: Sendable {
    private let path: String

    /// - Parameter controlGroups: the text of `/proc/self/cgroup` (cgroups(7)).
    package init(
        controlGroups: String = ProcessText.read("/proc/self/cgroup") ?? "", root: String = "/sys/fs/cgroup",
        machine: String = "/proc/vmstat"
    ) {
        var candidates: [String] = []
        for line in controlGroups.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            if parts[1].split(separator: ",").contains("memory") { candidates.append("\(root)/memory\(parts[2])/memory.oom_control") }
            if parts[0] == "0" { candidates.append("\(root)\(parts[2])/memory.events") }
        }
        path = candidates.first { Self.count(in: ProcessText.read($0)) != nil } ?? machine
    }

    /// 0 where the kernel does not count.
    package var value: UInt64 { Self.count(in: ProcessText.read(path)) ?? 0 }

    /// All three files are lines of a name and a number.
    package static func count(in text: String?) -> UInt64? {
        guard let line = text?.split(separator: "\n").first(where: { $0.hasPrefix("oom_kill ") }) else { return nil }
        return UInt64(line.dropFirst("oom_kill ".count))
    }
}
