import HoldfastAPI
import HoldfastCore

/// `holdfast top`, for people.
enum TopText {
    static func screen(_ view: TopView, now: Int64, style: Style) -> String {
        screen(view.list, status: view.status, rates: view.rates, now: now, style: style)
    }

    static func screen(_ list: EngineListBody, status: StatusBody?, rates: [Int32: Double], now: Int64, style: Style) -> String {
        var text = ""
        if let status {
            text += "Holdfast \(TerminalText.clean(status.version)), up \(Human.duration(seconds: (now - status.startedAt) / 1000)), "
            text += "\(Human.count(status.limits.requests, "request")) running, \(status.limits.queuedRequests) waiting\n"
            text += "memory: engines \(Human.bytes(status.memory.enginesBytes)), daemon \(Human.bytes(status.memory.daemonBytes)), "
            text += "\(Human.bytes(status.memory.availableBytes)) available, room for \(Human.bytes(status.memory.roomBytes)) more\n"
        }
        text += engines(list.engines, rates: rates, style: style)
        for model in list.awaited {
            let what = model.state == .loading ? style.yellow("is loading") : style.yellow("waits for memory")
            text += "\(TerminalText.clean(model.name)) \(what); \(Human.count(model.requests, "request")) waiting\n"
        }
        return text + subjects(list.engines, style: style)
    }

    private static func engines(_ engines: [EngineInfo], rates: [Int32: Double], style: Style) -> String {
        if engines.isEmpty { return "No model that you may read is loaded.\n" }
        var table = Table([
            ("MODEL", .left), ("PID", .right), ("SLOTS", .right), ("TOKENS/S", .right), ("WAITING", .left), ("MEMORY", .right),
        ])
        for engine in engines {
            let waiting = engine.waiting.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            let rate = rates[engine.pid].map { "\(Int($0 * 10) / 10).\(Int($0 * 10) % 10)" } ?? "-"
            table.add([
                engine.name, "\(engine.pid)", "\(engine.busySlots) of \(engine.slots)", rate, waiting, Human.bytes(engine.residentBytes),
            ])
        }
        return table.text(style: style)
    }

    private static func subjects(_ engines: [EngineInfo], style: Style) -> String {
        var table = Table([("SUBJECT", .left), ("MODEL", .left), ("RUNNING", .right), ("WAITING", .right)])
        for engine in engines {
            for load in engine.subjects ?? [] { table.add([load.subject, engine.name, "\(load.running)", "\(load.waiting)"]) }
        }
        return table.isEmpty ? "" : "\n" + table.text(style: style)
    }
}
