import Foundation

/// A holdfastd of this run.
final class Node {
    let state: String
    let runtime: String
    let child: Child
    /// From before the exec to READY=1.
    let secondsToReady: Double
    private let programs: String
    private let log: String

    var apiSocket: String { runtime + "/api.sock" }

    /// - Parameters:
    ///   - state: the state directory; the disk that is measured.
    ///   - scratch: where sockets, log and configuration go; short, as socket paths are.
    init(_ context: BenchContext, state: String, scratch: String, environment: [String: String], policy: String?) throws {
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        programs = context.programs
        self.state = state
        runtime = scratch + "/r"
        log = scratch + "/holdfastd.log"
        let configuration = scratch + "/holdfast.yaml"
        try context.configuration.write(toFile: configuration, atomically: false, encoding: .utf8)
        var words = [programs + "/holdfastd", "--state", state, "--runtime", runtime, "--config", configuration]
        if let policy {
            words += ["--policies", scratch + "/policies"]
            try FileManager.default.createDirectory(atPath: scratch + "/policies", withIntermediateDirectories: true)
            try policy.write(toFile: scratch + "/policies/bench.yaml", atomically: false, encoding: .utf8)
        }
        let notifications = try Notifications(path: scratch + "/notify")
        let start = Clock.seconds
        child = try Child(words, environment: ["NOTIFY_SOCKET": notifications.path].merging(environment) { $1 }, output: log)
        do {
            try notifications.waitUntilReady(child)
        } catch {
            child.stop()
            throw BenchError("\(error)\n\((try? String(contentsOfFile: log, encoding: .utf8)) ?? "")")
        }
        secondsToReady = Clock.seconds - start
    }

    deinit { child.stop() }

    /// Runs the command line client.
    /// - Returns: the seconds that took.
    @discardableResult func holdfast(_ words: String...) throws -> Double {
        try Child.run([programs + "/holdfast"] + words, environment: ["HOLDFAST_RUNTIME": runtime], output: log)
    }

    /// The socket of the one engine that runs.
    func engineSocket() throws -> String {
        let folder = runtime + "/engines"
        let engines = try FileManager.default.contentsOfDirectory(atPath: folder)
        guard engines.count == 1 else { throw BenchError("\(engines.count) engines run, not one") }
        return "\(folder)/\(engines[0])/engine.sock"
    }
}
