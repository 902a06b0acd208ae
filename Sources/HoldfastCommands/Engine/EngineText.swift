import HoldfastAPI
import HoldfastCore

/// Engines, for people.
enum EngineText {
    static func list(_ body: EngineVersionListBody, now: Int64, style: Style) -> String {
        guard !body.engines.isEmpty else {
            return "There is no engine.\n  try: install the package holdfast-engine-llamacpp, or: holdfast engine install FILE\n"
        }
        var table = Table([("", .left), ("NAME", .left), ("ID", .left), ("VERSION", .left), ("SIZE", .right), ("INSTALLED", .left)])
        for engine in body.engines {
            table.add([
                engine.inUse ? "*" : engine.previous ? "-" : "", engine.name, shortID(engine.id), engine.version,
                engine.bytes.map(Human.bytes) ?? "", engine.installedAt.map { LocalTime.age(of: $0, now: now) } ?? "",
            ])
        }
        var text = table.text(style: style)
        for engine in body.engines {
            guard let problem = engine.problem else { continue }
            text += style.red("\(TerminalText.clean(engine.name)): \(TerminalText.clean(problem))") + "\n"
        }
        let chosen = body.choice == "automatic" ? "Nothing was chosen: the first is used (*)." : "* is used."
        return text + chosen + (body.previous == nil ? "\n" : " holdfast engine rollback goes back to \(previous(body)).\n")
    }

    private static func previous(_ body: EngineVersionListBody) -> String {
        body.engines.contains { $0.previous } ? "-" : "automatic"
    }

    static func installed(_ body: EngineInstalledBody) -> String {
        let engine = body.engine
        let what = "\(TerminalText.clean(engine.name)) (\(TerminalText.clean(engine.version)), \(shortID(engine.id)))"
        return (body.created ? "Installed \(what); it answered when it was tried." : "\(what) was installed already.")
            + "\n  next: holdfast engine use \(TerminalText.clean(engine.name))"
    }

    static func chosen(_ body: EngineChosenBody) -> String {
        let draining = body.draining == 0 ? "" : " \(Human.count(Int64(body.draining), "loaded model")) finishes on the one before."
        return "New engines are \(shortID(body.choice)) from now on.\(draining)\n  back: holdfast engine rollback"
    }

    /// `sha256:` and twelve digits; others as they are.
    static func shortID(_ id: String) -> String {
        id.hasPrefix("sha256:") ? String(id.prefix(19)) : TerminalText.clean(id)
    }
}
