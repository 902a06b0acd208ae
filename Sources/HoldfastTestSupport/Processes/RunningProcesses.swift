import Foundation

/// What /proc shows.
public enum RunningProcesses {
    /// Processes one of whose arguments contains `text`; for a node's engines: its runtime folder.
    public static func mentioning(_ text: String) -> [Int32: String] {
        var found: [Int32: String] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let pid = Int32(name), let line = commandLine(pid), line.contains(text) else { continue }
            found[pid] = line
        }
        return found
    }

    /// The engines of the node with this runtime folder, those of which only `holdfast-confine` has started among them.
    public static func engines(runtime: String) -> [Int32: String] {
        mentioning(runtime + "/")
    }

    /// Arguments with spaces between; nil when it has ended. A zombie has none.
    public static func commandLine(_ pid: Int32) -> String? {
        guard let data = try? Data(contentsOf: URL(filePath: "/proc/\(pid)/cmdline")), !data.isEmpty else { return nil }
        return String(decoding: data.map { $0 == 0 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }
}
