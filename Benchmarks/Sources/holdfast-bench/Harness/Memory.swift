import Foundation

/// What a process holds in memory, in bytes, from /proc.
struct Memory: Codable {
    var resident: Int
    /// The most there ever was.
    var peak: Int
    var anonymous: Int
    var file: Int
    var threads: Int
    /// Proportional set size by kind of mapping; empty where smaps may not be read.
    var mappings: [String: Int]

    init(pid: pid_t) throws {
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        func number(_ key: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(key + ":") }
            return line.flatMap { $0.split(whereSeparator: \.isWhitespace).dropFirst().first }.flatMap { Int($0) } ?? 0
        }
        resident = number("VmRSS") * 1024
        peak = number("VmHWM") * 1024
        anonymous = number("RssAnon") * 1024
        file = number("RssFile") * 1024
        threads = number("Threads")
        mappings = Self.mappings((try? String(contentsOfFile: "/proc/\(pid)/smaps", encoding: .utf8)) ?? "")
    }

    private static func mappings(_ smaps: String) -> [String: Int] {
        var sums: [String: Int] = [:]
        var kind = ""
        for line in smaps.split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            if words.count >= 5, words[0].contains("-"), words[1].count == 4 {
                let name = words.count > 5 ? words[5...].joined(separator: " ") : "anonymous"
                kind = name.hasPrefix("/") ? String(name.split(separator: "/").last ?? "") + " " + words[1] : name
            } else if words.count >= 2, words[0] == "Rss:", let size = Int(words[1]), size > 0 {
                sums[kind, default: 0] += size * 1024
            }
        }
        return sums
    }
}
