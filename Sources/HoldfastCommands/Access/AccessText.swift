import HoldfastAPI
import HoldfastHTTP

/// Answers about access in words.
enum AccessText {
    /// Numbers of users and groups to names; a test brings its own.
    struct Names: Sendable {
        static let system = Names(user: { SystemNames.user($0) }, group: { SystemNames.group($0) })
        let user: @Sendable (UInt32) -> String
        let group: @Sendable (UInt32) -> String
    }

    static func whoami(_ body: WhoamiBody, names: Names, style: Style) -> String {
        var facts = FactList()
        facts.add("user", label(names.user(body.uid), "uid", body.uid))
        facts.add("group", label(names.group(body.gid), "gid", body.gid))
        facts.add("also in", body.groups.filter { $0 != body.gid }.map { label(names.group($0), "gid", $0) }.joined(separator: ", "))
        facts.add("process", "\(body.pid)")
        facts.add("socket", body.socket)
        facts.add("policy", "generation \(body.policyGeneration)")
        var table = Table([("ROLE", .left), ("AS", .left), ("BINDING", .left)])
        for role in body.roles { table.add([role.role, role.subject, role.binding]) }
        return facts.text(style: style) + "\n" + (table.isEmpty ? "You hold no role on this node.\n" : table.text(style: style))
    }

    static func can(_ body: CanAnswerBody, style: Style) -> String {
        let verdict = body.allowed ? style.green("allowed") : style.red("denied")
        var lines = ["\(verdict)  \(TerminalText.clean("\(body.subject)  \(body.verb)  \(body.resource)"))"]
        // Allowed, the three that decide are all there is to say.
        if !body.allowed { lines += explanation(body.explanation).map { "  " + $0 } }
        for (label, value) in [("role", body.role), ("rule", body.rule), ("binding", body.binding)] {
            if let value { lines.append("  \(label): \(TerminalText.clean(value))") }
        }
        for limited in body.limits ?? [] { lines.append("  " + LimitsText.line(limited)) }
        return lines.joined(separator: "\n")
    }

    static func explain(_ body: ExplainAnswerBody, style: Style) -> String {
        let verdict = body.allowed ? style.green("allowed") : style.red("denied")
        var lines = ["\(verdict)  \(TerminalText.clean("\(body.subject)  \(body.verb)  \(body.resource)"))"]
        if body.grants.isEmpty { lines += explanation(body.explanation).map { "  " + $0 } }
        for grant in body.grants {
            let rule = "role \(grant.role), rule \(grant.rule) (\(grant.resource)), binding \(grant.binding) (\(grant.subject))"
            lines.append("  " + TerminalText.clean(rule))
            if let limited = grant.limits { lines.append("    " + LimitsText.line(limited)) }
        }
        for recipient in body.capturedFor ?? [] {
            lines.append("  " + TerminalText.clean("prompts and answers are captured, encrypted to \(recipient)"))
        }
        return lines.joined(separator: "\n")
    }

    static func whoCan(_ body: WhoCanAnswerBody, style: Style) -> String {
        var table = Table([("SUBJECT", .left), ("ROLE", .left), ("RULE", .left), ("ON", .left), ("BINDING", .left), ("LIMITS", .left)])
        for grant in body.grants {
            table.add([grant.subject, grant.role, grant.rule, grant.resource, grant.binding, grant.limits?.limits ?? ""])
        }
        return table.isEmpty ? "Nobody may \(TerminalText.clean("\(body.verb) on \(body.resource)")).\n" : table.text(style: style)
    }

    private static func explanation(_ text: String) -> [String] {
        TerminalText.clean(text.hasPrefix("denied: ") ? String(text.dropFirst("denied: ".count)) : text).split(separator: "\n").map(
            String.init)
    }

    private static func label(_ name: String, _ kind: String, _ id: UInt32) -> String {
        name == "\(kind):\(id)" ? name : "\(name) (\(kind) \(id))"
    }
}
