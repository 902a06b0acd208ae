import HoldfastAPI

/// Policies and their generations in words.
enum PolicyText {
    static func applied(_ body: PolicyAppliedBody) -> String {
        let generation = body.generation
        guard body.isNew else {
            return "Generation \(generation.number) rules on: the files are the same. Names were looked up again."
        }
        let copied = generation.copiedFrom.map { ", with the files of \($0)" } ?? ""
        return "Generation \(generation.number) is in force\(copied)."
    }

    static func show(_ body: PolicyShowBody, user: (UInt32) -> String, style: Style) -> String {
        let generation = body.generation
        var facts = FactList()
        facts.add("generation", "\(generation.number), \(body.isActive ? "in force" : "no longer in force")")
        facts.add("stored", "\(LocalTime.text(generation.time)) by \(user(generation.authorUID)), \(how(generation))")
        facts.add("digest", generation.digest)
        if body.isActive {
            facts.add("drift", body.drift.map(drift))
            for warning in body.warnings { facts.add("warning", warning) }
        }
        var text = facts.text(style: style)
        if body.files.isEmpty { text += "\nNo files: the built-in roles and bindings alone.\n" }
        for file in body.files {
            text += "\n" + style.bold("# " + TerminalText.clean(file.name)) + "\n" + TerminalText.clean(file.text)
            if !file.text.hasSuffix("\n") { text += "\n" }
        }
        return text
    }

    static func history(_ body: PolicyHistoryBody, user: (UInt32) -> String, style: Style) -> String {
        var table = Table([("GENERATION", .right), ("STORED", .left), ("BY", .left), ("HOW", .left), ("DIGEST", .left), ("", .left)])
        for generation in body.generations {
            table.add([
                "\(generation.number)", LocalTime.text(generation.time), user(generation.authorUID), how(generation),
                String(generation.digest.prefix(19)), generation.number == body.active ? "in force" : "",
            ])
        }
        return table.text(style: style)
    }

    /// One line: `a.yaml changed, b.yaml only in the directory`.
    static func drift(_ drift: PolicyDriftBody) -> String {
        if let error = drift.error { return error }
        let parts =
            drift.changed.map { "\($0) changed" } + drift.added.map { "\($0) only in the directory" }
            + drift.removed.map { "\($0) no longer in the directory" }
        return parts.joined(separator: ", ") + "; the stored generation rules until the directory is applied"
    }

    static func diff(_ body: PolicyDiffAnswerBody, user: (UInt32) -> String, style: Style) -> String {
        var text = "Against generation \(body.generation), \(Human.count(body.replayed, "record")) replayed"
        text += body.skipped > 0 ? " (\(body.skipped) more ask nothing of a policy):\n" : ":\n"
        var table = Table([
            ("COUNT", .right), ("WHO", .left), ("OPERATION", .left), ("RESOURCE", .left), ("NOW", .left), ("THEN", .left), ("RULE", .left),
            ("LAST", .left),
        ])
        for change in body.changes {
            table.add([
                "\(change.count)", change.subject ?? user(change.uid), change.operation, change.resource ?? "any",
                change.allowed ? "denied" : "allowed", change.allowed ? "allowed" : "denied", change.rule ?? "",
                LocalTime.text(change.last),
            ])
        }
        text += table.isEmpty ? "no decision would be another.\n" : table.text(style: style)
        var facts = FactList()
        for warning in body.warnings { facts.add("warning", warning) }
        facts.add("roles added", body.addedRoles.joined(separator: ", "))
        facts.add("roles removed", body.removedRoles.joined(separator: ", "))
        facts.add("roles changed", body.changedRoles.joined(separator: ", "))
        for link in body.addedBindings { facts.add("binding added", "\(link.subject) → \(link.role) (\(link.binding))") }
        for link in body.removedBindings { facts.add("binding removed", "\(link.subject) → \(link.role) (\(link.binding))") }
        for link in body.changedLimits { facts.add("limits changed", "\(link.subject) → \(link.role) (\(link.binding))") }
        let list = facts.text(style: style)
        return list.isEmpty ? text : text + "\n" + list
    }

    private static func how(_ generation: PolicyGenerationBody) -> String {
        switch generation.source {
        case "start": "at the first start"
        case "signal": "by SIGHUP"
        case "rollback": "by rollback" + (generation.copiedFrom.map { " to \($0)" } ?? "")
        default: "by \(generation.source)"
        }
    }
}
