import Foundation

enum Environment {
    static func merged(_ more: [String: String]) -> [String: String] {
        ProcessInfo.processInfo.environment.merging(more) { $1 }
    }

    /// The folder of `scripts/setup`, as scripts/lib/common.sh chooses it.
    static var cache: String {
        let variables = ProcessInfo.processInfo.environment
        if let chosen = variables["HOLDFAST_CACHE"] { return chosen }
        if getuid() == 0 { return "/var/cache/holdfast" }
        return (variables["XDG_CACHE_HOME"] ?? NSHomeDirectory() + "/.cache") + "/holdfast"
    }
}

/// A folder of this run's own, gone with it.
final class ScratchFolder {
    let path: String

    init(in parent: String) throws {
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        var template = Array("\(parent)/run.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw BenchError.system("make a folder in \(parent)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
