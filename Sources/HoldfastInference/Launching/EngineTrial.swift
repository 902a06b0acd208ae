import HoldfastCore

/// Has an engine say its version, confined as it will be when it serves: what does not run then is no engine.
public struct EngineTrial: Sendable {
    private static let timeLimit = Duration.seconds(30)
    private let launcher: any EngineLauncher
    private let limits: EngineLimits

    public init(launcher: any EngineLauncher, limits: EngineLimits = EngineLimits()) {
        self.launcher = launcher
        self.limits = limits
    }

    /// - Returns: the line that names a version, cut to 80 characters; `unknown` when it names none.
    /// - Throws: ``HoldfastError`` `engine_invalid` when it does not answer; `engine_unconfined`; `engine_failed`; `CancellationError`.
    public func version(of location: EngineLocation) async throws -> String {
        let process = try await launcher.launch(
            EngineLaunch(
                program: location.path, arguments: ["--version"], kind: location.isHosted ? .hosted : .native, folder: location.folder,
                limits: limits))
        let exit = try await process.wait(atMost: Self.timeLimit)
        let said = process.stderrTail()
        guard exit == .code(0) else {
            if let refusal = ConfineRefusal.lastWords(of: said), exit == .code(125) { throw ConfineRefusal.unconfined(nil, refusal) }
            let why = process.exitCause?.explanation.map { " It \($0)." } ?? ""
            throw HoldfastError(
                .engineInvalid, "The engine does not answer 'llama-server --version' when it is confined: it ended with \(exit).\(why)",
                detail: "stderr ends: \(said)",
                hint: "it must be built for this machine and bring its own libraries; holdfast doctor shows the layers of confinement")
        }
        return Self.version(in: said)
    }

    /// llama.cpp says `version: 1234 (abcdef)` on standard error, among other things.
    static func version(in text: String) -> String {
        let line = text.split(separator: "\n").first { $0.hasPrefix("version: ") }
        guard let line else { return "unknown" }
        return String(
            String(line.dropFirst(9)).unicodeScalars.filter { $0.value >= 0x20 && $0.value < 0x7f }.prefix(80).map(Character.init))
    }
}
