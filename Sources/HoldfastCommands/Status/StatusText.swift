import HoldfastAPI
import HoldfastCore

/// A node's status in words, on one screen.
enum StatusText {
    static func screen(_ status: StatusBody, now: Int64, style: Style) -> String {
        var text = "Holdfast \(TerminalText.clean(status.version)) \(health(status, style: style))\n"
        for reason in status.reasons { text += "  - \(TerminalText.clean(reason))\n" }
        for note in status.notes ?? [] { text += "  note: \(TerminalText.clean(note))\n" }
        var facts = FactList()
        // The node's own time, which need not be what this machine's clock shows.
        let now = status.clock?.time ?? now
        let uptime = Human.duration(seconds: (now - status.startedAt) / 1000)
        facts.add("node", "pid \(status.pid), uid \(status.uid), up \(uptime), state in \(status.state), sockets in \(status.runtime)")
        facts.add("engine", engine(status.engine))
        facts.add("models", models(status.models))
        for engine in status.models.loaded { facts.add("", self.engine(engine, now: now)) }
        for model in status.models.awaited {
            facts.add("", "\(model.name): \(model.state.rawValue), \(Human.count(model.requests, "request")) waiting")
        }
        for model in status.models.failed { facts.add("", "\(model.name): failed") }
        facts.add("memory", memory(status.memory))
        facts.add("", room(status.memory))
        facts.add("disk", disk(status.disk))
        facts.add("prefixes", status.prefixCache.map(CacheText.summary))
        facts.add("audit", audit(status.audit, now: now))
        facts.add("", auditRoom(status.audit))
        facts.add("", captured(status.audit.captured))
        facts.add("", status.audit.journald.map { "journal: \(Human.count($0.sent, "line")) sent, \($0.dropped) dropped" })
        facts.add("policy", policy(status.policy))
        for warning in status.policy.warnings { facts.add("", "warning: \(warning)") }
        facts.add("", status.policy.reloadError.map { "the last reload was refused: \($0)" })
        facts.add("", status.policy.drift.map { "drift: " + PolicyText.drift($0) })
        facts.add("limits", limits(status.limits))
        for line in BoundsText.lines(status.bounds ?? [], style: style) { facts.add("", line) }
        facts.add("next", status.next)
        return text + facts.text(style: style)
    }

    private static func health(_ status: StatusBody, style: Style) -> String {
        switch status.health {
        case "ok": style.green("is healthy")
        case "degraded": style.yellow("needs attention")
        default: style.yellow("is \(TerminalText.clean(status.health))")
        }
    }

    private static func engine(_ engine: StatusBody.Engine) -> String {
        guard let path = engine.path else { return "none: no model can be run" }
        return engine.version.map { "\(path) (\($0))" } ?? path
    }

    private static func models(_ models: StatusBody.Models) -> String {
        var text = "\(models.count) stored, \(models.loaded.count) loaded"
        if models.corrupt > 0 { text += ", \(models.corrupt) corrupt" }
        return text
    }

    private static func engine(_ engine: EngineInfo, now: Int64) -> String {
        var text = "\(engine.name): \(engine.busySlots) of \(engine.slots) busy, \(Human.bytes(engine.residentBytes))"
        let waiting = engine.waiting.values.reduce(0, +)
        if waiting > 0 { text += ", \(waiting) waiting" }
        if engine.pinned { return text + ", pinned" }
        guard waiting + engine.busySlots == 0, let expiry = engine.expiresAt else { return text }
        return text + ", expires in \(Human.duration(seconds: max(0, expiry - now) / 1000))"
    }

    /// The arithmetic by which loads are admitted.
    private static func room(_ memory: StatusBody.Memory) -> String? {
        guard memory.totalBytes > 0 else { return nil }
        let budget = memory.budgetBytes.map { ", \(Human.bytes($0)) allowed" } ?? ""
        return "models counted \(Human.bytes(memory.reservedByModelsBytes))\(budget); room for \(Human.bytes(memory.roomBytes)) more, "
            + "\(Human.bytes(memory.roomAfterEvictionBytes)) when idle ones go (\(memory.limit) has \(Human.bytes(memory.totalBytes)), "
            + "\(Human.bytes(memory.reserveBytes)) kept free)"
    }

    private static func memory(_ memory: StatusBody.Memory) -> String {
        "daemon \(Human.bytes(memory.daemonBytes)), engines \(Human.bytes(memory.enginesBytes)), "
            + "\(Human.bytes(memory.availableBytes)) available"
    }

    private static func disk(_ disk: StatusBody.Disk) -> String {
        let quota = disk.quotaBytes.map { " of \(Human.bytes($0)) allowed" } ?? ""
        return "models \(Human.bytes(disk.blobBytes))\(quota), \(Human.bytes(disk.freeBytes)) free, "
            + "\(Human.bytes(disk.reserveBytes)) of it kept in reserve"
    }

    private static func audit(_ audit: StatusBody.Audit, now: Int64) -> String {
        let records = Human.count(audit.records, "record")
        guard audit.checkpointSize > 0, let time = audit.checkpointAt else { return "\(records), none signed yet" }
        return "\(records), \(audit.checkpointSize) signed, the last \(LocalTime.age(of: time, now: now))"
    }

    private static func auditRoom(_ audit: StatusBody.Audit) -> String? {
        guard audit.budgetBytes > 0 else { return nil }
        var parts = ["\(Human.bytes(audit.usedBytes)) of \(Human.bytes(audit.budgetBytes)) allowed"]
        if audit.minimumIndex > 0 { parts.append("entries from record \(audit.minimumIndex) on") }
        if !audit.reserveReady { parts.append("the reserve is in use") }
        if audit.deferred > 0 { parts.append("\(Human.count(audit.deferred, "record")) waiting in memory") }
        return parts.joined(separator: ", ")
    }

    private static func captured(_ captured: StatusBody.Captured?) -> String? {
        guard let captured, captured.files > 0 else { return nil }
        return "captured content: \(Human.count(captured.files, "file")), \(Human.bytes(captured.bytes)) of "
            + "\(Human.bytes(captured.budgetBytes)) allowed"
    }

    private static func policy(_ policy: StatusBody.Policy) -> String {
        "generation \(policy.generation)" + (policy.warnings.isEmpty ? "" : ", \(Human.count(policy.warnings.count, "warning"))")
    }

    private static func limits(_ limits: StatusBody.Limits) -> String {
        "\(limits.connections) of \(limits.maxConnections) connections, \(Human.count(limits.requests, "request")) running, "
            + "\(limits.queuedRequests) waiting (at most \(limits.maxQueuedRequests) of a priority for one model, "
            + "\(limits.maxQueuedRequestsPerSubject) of them from one subject)"
    }
}
