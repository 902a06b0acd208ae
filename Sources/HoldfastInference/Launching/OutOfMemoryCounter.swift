import Glibc

/// How often the kernel has ended a process for want of memory: in this daemon's control group, or where there is none, on this machine.
///
/// A process killed this way looks like one that anybody killed; a counter that rose while it ran tells them apart.
struct OutOfMemoryCounter: Sendable {
    private let path: String

    /// - Parameter controlGroups: the text of `/proc/self/cgroup` (cgroups(7)).
    init(
        controlGroups: String = OutOfMemoryCounter.text(of: "/proc/self/cgroup") ?? "", root: String = "/sys/fs/cgroup",
        machine: String = "/proc/vmstat"
    ) {
        var candidates: [String] = []
        for line in controlGroups.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            if parts[1].split(separator: ",").contains("memory") { candidates.append("\(root)/memory\(parts[2])/memory.oom_control") }
            if parts[0] == "0" { candidates.append("\(root)\(parts[2])/memory.events") }
        }
        path = candidates.first { Self.count(in: Self.text(of: $0)) != nil } ?? machine
    }

    /// 0 where the kernel does not count.
    var value: UInt64 { Self.count(in: Self.text(of: path)) ?? 0 }

    /// All three files are lines of a name and a number.
    static func count(in text: String?) -> UInt64? {
        guard let line = text?.split(separator: "\n").first(where: { $0.hasPrefix("oom_kill ") }) else { return nil }
        return UInt64(line.dropFirst("oom_kill ".count))
    }

    private static func text(of path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
        return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }
}
