import FoundationEssentials

/// What the kernel says can still be used without swapping (`MemAvailable` of /proc/meminfo).
enum AvailableMemory {
    /// 0 when it does not say.
    static var bytes: Int64 {
        guard let data = try? Data(contentsOf: URL(filePath: "/proc/meminfo")) else { return 0 }
        let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int64($0) } ?? 0) * 1024
    }
}
