import HoldfastAPI
import HoldfastCore

/// One audit record in words, nothing left out.
enum AuditText {
    static func show(_ entry: AuditEntry, names: AccessText.Names, style: Style) -> String {
        guard let record = try? AuditRecord(parsing: Array(entry.text.utf8)) else {
            return "\(style.bold("Record \(entry.index)")) cannot be read by this version. Its text:\n\(TerminalText.clean(entry.text))\n"
        }
        var facts = FactList()
        facts.add("id", record.id)
        facts.add("time", LocalTime.text(record.time))
        facts.add("actor", actor(record.actor, names))
        facts.add("groups", record.actor.groups.map { name($0, "gid", names.group) }.joined(separator: ", "))
        facts.add("allowed by", record.actor.role.map { "role \($0)" + (record.actor.rule.map { ", rule \($0)" } ?? "") })
        facts.add("operation", operation(record.operation))
        facts.add("resource", record.resource.map(resource))
        facts.add("parameters", record.parameters.sorted { $0.key < $1.key }.map(parameter).joined(separator: ", "))
        facts.add("prompt HMAC", record.content?.prompt)
        facts.add("message HMAC", record.content?.message)
        facts.add("answer HMAC", record.content?.answer)
        facts.add("captured for", record.content?.recipients.map { captured($0, record.content?.captured) })
        facts.add("content", entry.content.map(content))
        facts.add("outcome", record.outcome.map(outcome))
        facts.add("duration", record.duration.map { Human.duration(microseconds: $0) })
        facts.add("tokens", record.tokens.map(tokens))
        facts.add("stands for", record.count > 1 ? "\(record.count) equal events" : nil)
        facts.add("policy", "generation \(record.policyGeneration)")
        facts.add("daemon run", "\(record.boot), record \(record.sequence) of it")
        return "\(style.bold("Record \(entry.index)")): \(phase(record))\n" + facts.text(style: style)
    }

    private static func captured(_ recipients: String, _ digest: SHA256Digest?) -> String {
        recipients + (digest.map { ", the encrypted file is \($0)" } ?? ", but not kept")
    }

    private static func content(_ state: ContentStateBody) -> String {
        let kept = state.captured.isEmpty ? "" : ", and \(state.captured.joined(separator: " and ")) can be read by the auditor"
        switch state.state {
        case "kept": return "a text can be held against it" + kept
        case "erased":
            let by = state.erasedBy.map { "record \($0)" } ?? "a record"
            return "erased " + (state.erasedAt.map { LocalTime.text($0) + " " } ?? "") + "by \(by)"
                + (state.erasedByID.map { " (\($0))" } ?? "")
        default: return "its key is gone, and no record says why" + kept
        }
    }

    private static func phase(_ record: AuditRecord) -> String {
        switch record.phase {
        case .intent: "what was to be done"
        case .outcome: "what came of it"
        case .event: "what happened"
        }
    }

    private static func actor(_ actor: AuditActor, _ names: AccessText.Names) -> String {
        if actor.socket == .internal { return "holdfastd itself" }
        if let subject = actor.subject, actor.uid == Int64(Caller.noID) {
            return "\(subject), known by \(means(of: subject)) and not by the kernel" + (actor.pid > 0 ? ", pid \(actor.pid)" : "")
        }
        let through = actor.subject.map { "the socket of \($0)" } ?? "\(actor.socket.rawValue).sock"
        return "\(name(actor.uid, "uid", names.user)), group \(name(actor.gid, "gid", names.group)), pid \(actor.pid), "
            + "through \(through)"
    }

    private static func means(of subject: String) -> String {
        switch subject.prefix(while: { $0 != ":" }) {
        case "token": "its token"
        case "app": "its socket"
        default: "the loopback listener"
        }
    }

    private static func name(_ id: Int64, _ kind: String, _ names: (UInt32) -> String) -> String {
        guard let number = UInt32(exactly: id) else { return "\(kind) \(id)" }
        let name = names(number)
        return name == "\(kind):\(id)" ? "\(kind) \(id)" : "\(name) (\(kind) \(id))"
    }

    private static func operation(_ id: String) -> String {
        guard let known = Operation.all.first(where: { $0.id == id }) else { return id }
        return "\(id): \(known.summary)"
    }

    private static func resource(_ resource: AuditResource) -> String {
        [resource.kind, resource.name, resource.digest.map { "(\($0))" }].compactMap { $0 }.joined(separator: " ")
    }

    /// Keys that end in `_milli` count thousandths.
    private static func parameter(_ key: String, _ value: Int64) -> String {
        guard key.hasSuffix("_milli") else { return "\(key) \(value)" }
        let digits = String(value.magnitude % 1000)
        var fraction = String(repeating: "0", count: 3 - digits.count) + digits
        while fraction.count > 1, fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(key.dropLast(6)) \(value < 0 ? "-" : "")\(value.magnitude / 1000).\(fraction)"
    }

    private static func outcome(_ outcome: AuditOutcome) -> String {
        var parts = [outcome.result.rawValue]
        if let code = outcome.code { parts.append("code \(code)") }
        if let status = outcome.status { parts.append("HTTP status \(status)") }
        if let finish = outcome.finish { parts.append("generation ended by \(finish)") }
        return parts.joined(separator: ", ")
    }

    private static func tokens(_ tokens: AuditTokens) -> String {
        "\(tokens.prompt) in the prompt (\(tokens.cached) of them cached), \(tokens.completion) in the answer"
    }
}
