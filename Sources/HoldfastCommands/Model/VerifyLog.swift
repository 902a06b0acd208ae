import HoldfastAPI
import HoldfastCore

/// Follows the lines of a verification: shows them, and keeps what the exit status depends on.
struct VerifyLog {
    private let console: Console
    private let isJSON: Bool
    private var reporter: (name: String, progress: ProgressReporter)?
    private var results: [VerifyLine.Result] = []
    private var isDone = false

    init(console: Console, isJSON: Bool) {
        self.console = console
        self.isJSON = isJSON
    }

    /// - Throws: ``HoldfastError``, the one a line carries or one for a line that cannot be read.
    mutating func take(_ bytes: [UInt8]) throws {
        let line = try NodeClient.decode(VerifyLine.self, bytes)
        if let error = line.error {
            finish()
            throw error.holdfastError
        }
        if let progress = line.progress { show(progress) }
        if let result = line.result { try show(result) }
        if line.done == true { isDone = true }
    }

    /// - Throws: when the stream ended before it was done.
    mutating func exitStatus() throws -> CommandStatus {
        guard isDone else {
            throw HoldfastError(.interrupted, "The node stopped verifying before it was done.", hint: "holdfast model verify --all")
        }
        try console.state(isJSON ? JSONText.pretty(encoding: Document(models: results)) : Self.summary(results))
        return results.allSatisfy { $0.status == .ok } ? .success : .modelCorrupt
    }

    mutating func finish() {
        reporter?.progress.finish()
        reporter = nil
    }

    private mutating func show(_ progress: VerifyLine.Progress) {
        if reporter?.name != progress.name {
            finish()
            reporter = (progress.name, ProgressReporter("verifying \(progress.name)", sink: console.errors))
        }
        reporter?.progress.update(done: progress.bytes, total: progress.total)
    }

    private mutating func show(_ result: VerifyLine.Result) throws {
        finish()
        results.append(result)
        if !isJSON { try console.state(Self.sentence(result, style: console.output.style)) }
    }

    static func sentence(_ result: VerifyLine.Result, style: Style) -> String {
        let name = TerminalText.clean(result.name)
        switch result.status {
        case .ok: return "\(name)  \(style.green("ok"))  \(result.digest)"
        case .missing: return "\(name)  \(style.red("missing"))  \(result.digest): the file is gone"
        case .corrupt:
            let actual = result.actual.map { "the file's digest is \($0)" } ?? "the file has changed"
            return "\(name)  \(style.red("corrupt"))  should be \(result.digest), but \(actual)"
        }
    }

    static func summary(_ results: [VerifyLine.Result]) -> String {
        let total = "\(Human.count(results.count, "model")) verified"
        let broken = results.filter { $0.status != .ok }
        if broken.isEmpty { return "\(total), all as they were added." }
        let advice = broken.map {
            "holdfast model add FILE --name \(TerminalText.clean($0.name)) with a good copy mends it."
        }
        return (["\(total), \(broken.count) broken. What is broken will not be loaded."] + advice).joined(separator: "\n")
    }

    /// What `--json` writes: the results, without the progress.
    private struct Document: Encodable {
        let models: [VerifyLine.Result]
    }
}
