import Foundation

/// What every measurement is given.
final class BenchContext {
    let programs: String
    /// On the disk that is measured.
    let data: String
    /// Of this run: states and files on the disk that is measured, and short paths for sockets.
    let disk: ScratchFolder
    let sockets: ScratchFolder
    let daemonEnvironment: [String: String]
    /// holdfast.yaml of every daemon.
    let configuration: String
    private let factor: Double
    private var count = 0

    init(_ options: Options) throws {
        programs = options.programs.hasPrefix("/") ? options.programs : FileManager.default.currentDirectoryPath + "/" + options.programs
        data = options.data
        factor = options.factor
        disk = try ScratchFolder(in: options.data)
        sockets = try ScratchFolder(in: "/tmp/holdfast-bench-\(getuid())")
        // Whatever this machine is configured to, benchmarks run on defaults.
        configuration = "drain_seconds: 5\n" + (options.threads.map { "engine:\n  threads: \($0)\n" } ?? "")
        daemonEnvironment = ["HOLDFAST_CACHE": Environment.cache]
    }

    func rounds(_ usual: Int) -> Int { max(3, Int((Double(usual) * factor).rounded())) }

    func say(_ text: String) { FileHandle.standardError.write(Data("   \(text)\n".utf8)) }

    /// Starts a daemon on a fresh state, or the given one.
    /// - Parameters:
    ///   - environment: `HOLDFAST_*` where a measurement is of something else than the defaults.
    ///   - policy: the one policy file; nil for none.
    func node(state: String? = nil, environment: [String: String] = [:], policy: String? = nil) throws -> Node {
        count += 1
        return try Node(
            self, state: state ?? "\(disk.path)/state-\(count)", scratch: "\(sockets.path)/\(count)",
            environment: daemonEnvironment.merging(environment) { $1 }, policy: policy)
    }

    /// The demo model, as scripts/setup leaves it.
    func demoModel() throws -> String { try model("smollm2") }

    /// - Parameter name: a part of the file's name, in small letters.
    func model(_ name: String) throws -> String {
        let folder = Environment.cache + "/models"
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        guard let file = files.first(where: { $0.hasSuffix(".gguf") && $0.lowercased().contains(name) }) else {
            throw BenchError("there is no model '\(name)' under \(folder): run scripts/setup")
        }
        return folder + "/" + file
    }

    /// The demo model with another letter in its own name: another digest, and so another model. In this run's folder.
    func demoTwin() throws -> String {
        var bytes = try Data(contentsOf: URL(filePath: demoModel()))
        guard let name = bytes.prefix(4096).firstRange(of: Data("Smollm2 135M".utf8)) else {
            throw BenchError("the demo model's name is not where it was")
        }
        bytes[name.lowerBound] = UInt8(ascii: "T")
        let path = disk.path + "/twin.gguf"
        try bytes.write(to: URL(filePath: path))
        return path
    }
}
