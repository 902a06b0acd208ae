import Foundation

/// What one run found, with all it takes to judge it later.
struct Results: Codable {
    var date: String
    var commit: String
    var machine: Machine
    var rows: [Row]

    init(rows: [Row], loadBefore: Double) {
        let format = ISO8601DateFormatter()
        date = format.string(from: Date())
        commit = Machine.output(["git", "describe", "--always", "--dirty", "--abbrev=12"])
        machine = Machine(loadBefore: loadBefore)
        self.rows = rows
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let folder = URL(filePath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try (try encoder.encode(self) + Data("\n".utf8)).write(to: URL(filePath: path))
    }
}

struct Machine: Codable {
    var processor: String
    var cores: Int
    var memoryBytes: UInt64
    var system: String
    var kernel: String
    var engine: String
    /// The load average of the last minute: another program's work shows here.
    var loadBefore: Double
    var loadAfter: Double

    init(loadBefore: Double) {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        processor =
            lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
            ?? "unknown"
        cores = ProcessInfo.processInfo.activeProcessorCount
        memoryBytes = ProcessInfo.processInfo.physicalMemory
        system = ProcessInfo.processInfo.operatingSystemVersionString
        kernel = Self.output(["uname", "-sr"])
        let engines = ["native", "dev"].compactMap {
            try? String(contentsOfFile: "\(Environment.cache)/engines/\($0)/VERSION", encoding: .utf8)
        }
        engine = engines.first?.split(separator: "\n").first.map(String.init) ?? "unknown"
        self.loadBefore = loadBefore
        loadAfter = Self.load
    }

    static var load: Double {
        (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)).flatMap { $0.split(separator: " ").first }.flatMap { Double($0) }
            ?? 0
    }

    static func output(_ words: [String]) -> String {
        let path = NSTemporaryDirectory() + "/holdfast-bench-\(getpid())"
        defer { unlink(path) }
        guard (try? Child.run(words, output: path)) != nil, let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            return "unknown"
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
