import Foundation
import Glibc

/// How far a campaign goes: `make test` runs its short form, `make evidence` (HOLDFAST_CAMPAIGN=long) the long one, which writes its figures.
public enum Campaign {
    public static var isLong: Bool { ProcessInfo.processInfo.environment["HOLDFAST_CAMPAIGN"] == "long" }

    public static func trials(short: Int, long: Int) -> Int { isLong ? long : short }

    /// HOLDFAST_CAMPAIGN_SEED repeats a run that failed.
    public static var seed: UInt64 {
        ProcessInfo.processInfo.environment["HOLDFAST_CAMPAIGN_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
    }

    /// Writes `docs/evidence/NAME.json`: the figures with date, machine and commit. Does nothing in the short form.
    public static func record(_ name: String, _ figures: [String: JSONValue]) throws {
        guard isLong else { return }
        var all = figures
        all["date"] = .string(Date().formatted(.iso8601))
        all["machine"] = .string(machine)
        all["commit"] = .string(commit)
        let folder = SourceTree.root + "/docs/evidence"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try (encoder.encode(JSONValue.object(all)) + Data("\n".utf8)).write(to: URL(filePath: "\(folder)/\(name).json"))
    }

    private static var machine: String {
        var name = utsname()
        uname(&name)
        let kernel = withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let architecture = withUnsafeBytes(of: &name.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return "\(ProcessInfo.processInfo.processorCount) cores, Linux \(kernel), \(architecture)"
    }

    private static var commit: String {
        let git = try? TestProcess.finish("/usr/bin/git", ["-C", SourceTree.root, "describe", "--always", "--dirty", "--abbrev=12"])
        return git?.output.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
    }
}
