import Foundation
import HoldfastTestSupport

/// A control group with a memory limit, in the older hierarchy or the newer one.
struct MemoryGroup {
    private let path: String
    private let parent: String

    /// Where the memory controller is mounted, with this process's own place in it.
    private static var place: (parent: String, limit: String)? {
        guard let text = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8) else { return nil }
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            if parts[1].split(separator: ",").contains("memory") { return ("/sys/fs/cgroup/memory\(parts[2])", "memory.limit_in_bytes") }
            let newer = "/sys/fs/cgroup\(parts[2])"
            let delegated = try? String(contentsOfFile: newer + "/cgroup.subtree_control", encoding: .utf8)
            if parts[0] == "0", delegated?.contains("memory") == true { return (newer, "memory.max") }
        }
        return nil
    }

    static var canBeMade: Bool {
        guard let place, let group = try? MemoryGroup(bytes: 1 << 30) else { return false }
        group.remove()
        return access(place.parent + "/cgroup.procs", W_OK) == 0
    }

    init(bytes: Int) throws {
        guard let place = Self.place else { throw TestFailure("no memory controller") }
        parent = place.parent
        path = "\(place.parent)/holdfast-test-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try Self.write(String(bytes), to: "\(path)/\(place.limit)")
    }

    func take(_ pid: Int32) throws { try Self.write(String(pid), to: path + "/cgroup.procs") }
    func release(_ pid: Int32) throws { try Self.write(String(pid), to: parent + "/cgroup.procs") }
    func remove() { rmdir(path) }

    private static func write(_ text: String, to path: String) throws {
        let file = open(path, O_WRONLY)
        defer { close(file) }
        guard file >= 0, Glibc.write(file, text, text.utf8.count) == text.utf8.count else {
            throw TestFailure("\(path): \(String(cString: strerror(errno)))")
        }
    }
}
