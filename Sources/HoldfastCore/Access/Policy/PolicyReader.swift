import Yams

/// Walks the tree of one policy file, strictly, and keeps every problem it meets.
struct PolicyReader {
    let file: String
    var problems: [PolicyProblem] = []
    private(set) var roles: [Role] = []
    private(set) var bindings: [Binding] = []
    private(set) var recipients: [CaptureRecipient] = []
    /// Where the file says `built_in_bindings: false`.
    private(set) var dropsBuiltInBindings: SourceLocation?

    init(file: String) { self.file = file }

    mutating func readDocument(_ root: Node) {
        guard
            let fields = fields(
                of: root, "a policy", required: ["version"], optional: ["built_in_bindings", "recipients", "roles", "bindings"])
        else {
            return
        }
        guard let version = fields["version"], isKnown(version) else { return }
        if let node = fields["built_in_bindings"], truth(node, "'built_in_bindings'") == false {
            dropsBuiltInBindings = location(of: node)
        }
        if let node = fields["recipients"] {
            for (key, value) in pairs(of: node, "'recipients'") ?? [] {
                if let recipient = readRecipient(named: key, value) { recipients.append(recipient) }
            }
        }
        if let node = fields["roles"] {
            for (key, value) in pairs(of: node, "'roles'") ?? [] { readRole(named: key, value) }
        }
        if let node = fields["bindings"] {
            for item in list(node, "'bindings'") ?? [] { readBinding(item) }
        }
    }

    /// A file of another version may mean anything, so nothing else in it is looked at.
    private mutating func isKnown(_ version: Node) -> Bool {
        if case .scalar(let scalar) = version, scalar.style == .plain, scalar.string == "1" { return true }
        report(version, "'version' must be 1, the only format this holdfastd knows")
        return false
    }

    // MARK: Roles

    private mutating func readRole(named key: Node, _ node: Node) {
        guard let name = text(key, "a role's name") else { return }
        guard Role.isName(name) else {
            report(key, "'\(name.prefix(80))' cannot name a role: lower-case letters, digits and '-', a letter first, at most 63")
            return
        }
        let fields = fields(of: node, "role '\(name)'", required: ["allow"], optional: ["description", "capture"])
        let description = fields?["description"].flatMap { text($0, "'description'") }
        let rules = fields?["allow"].flatMap { list($0, "'allow'") } ?? []
        // Kept also when something in it is wrong: its bindings are not.
        let capture = fields?["capture"].flatMap { readCapture($0) }
        roles.append(
            Role(
                name: name, description: description, rules: rules.compactMap { readRule($0) }, capture: capture,
                location: location(of: key)))
    }

    private mutating func readRule(_ node: Node) -> Rule? {
        guard let fields = fields(of: node, "a rule", required: ["verbs", "resources"]), let verbs = fields["verbs"],
            let resources = fields["resources"]
        else { return nil }
        let before = problems.count
        let words = readVerbs(verbs)
        let patterns = readPatterns(resources)
        guard problems.count == before else { return nil }
        checkKinds(words, patterns)
        var set = VerbSet()
        for word in words { set.formUnion(word.verbs) }
        return Rule(verbSet: set, resources: patterns.map(\.pattern), location: location(of: node))
    }

    private mutating func readVerbs(_ node: Node) -> [(node: Node, verbs: VerbSet)] {
        (list(node, "'verbs'") ?? []).compactMap { item -> (node: Node, verbs: VerbSet)? in
            guard let word = text(item, "a verb") else { return nil }
            guard let verbs = VerbSet(word: word) else {
                report(item, "there is no verb '\(word.prefix(80))'\(Nearest.suggestion(for: word, among: VerbSet.words))")
                return nil
            }
            return (item, verbs)
        }
    }

    private mutating func readPatterns(_ node: Node) -> [(node: Node, pattern: ResourcePattern)] {
        (list(node, "'resources'") ?? []).compactMap { item -> (node: Node, pattern: ResourcePattern)? in
            guard let text = text(item, "a resource") else { return nil }
            do throws(ResourcePattern.PatternError) {
                return (item, try ResourcePattern(parsing: text))
            } catch {
                report(item, "'\(text.prefix(80))' is not a resource: \(error.why)")
                return nil
            }
        }
    }

    /// A resource without a verb for it, or a verb (written out, not through `*`) without a resource, grants nothing: a mistake.
    private mutating func checkKinds(
        _ words: [(node: Node, verbs: VerbSet)], _ patterns: [(node: Node, pattern: ResourcePattern)]
    ) {
        let kinds = Set(words.flatMap { $0.verbs.verbs.map(\.resourceKind) })
        for (node, pattern) in patterns where !kinds.contains(where: pattern.fits) {
            report(node, "none of the rule's verbs acts on '\(pattern)'")
        }
        for (node, _) in words {
            guard let verb = node.string.flatMap(Verb.init(rawValue:)), !patterns.contains(where: { $0.pattern.fits(verb.resourceKind) })
            else { continue }
            report(node, "\(verb.rawValue) acts on a \(verb.resourceKind.rawValue), and the rule's resources name none")
        }
    }

    // MARK: Bindings

    private mutating func readBinding(_ node: Node) {
        guard let fields = fields(of: node, "a binding", required: ["role", "subjects"], optional: ["limits", "priority"]),
            let role = fields["role"], let subjects = fields["subjects"], let name = text(role, "'role'")
        else { return }
        let entries = (list(subjects, "'subjects'") ?? []).compactMap { readSubject($0) }
        let limits = fields["limits"].flatMap { readLimits($0) }
        let priority = fields["priority"].flatMap { readPriority($0) }
        bindings.append(
            Binding(
                role: name, subjects: entries, limits: limits, priority: priority, location: location(of: node),
                roleLocation: location(of: role)))
    }

    private mutating func readPriority(_ node: Node) -> RequestPriority? {
        guard let word = text(node, "'priority'") else { return nil }
        guard let priority = RequestPriority(rawValue: word) else {
            let words = RequestPriority.descending.map(\.rawValue)
            report(node, "there is no priority '\(word.prefix(80))': it is one of \(words.joined(separator: ", "))")
            return nil
        }
        return priority
    }

    private mutating func readSubject(_ node: Node) -> Binding.Entry? {
        if node.string == Subject.loopback.description { return Binding.Entry(subject: .loopback, location: location(of: node)) }
        guard let (kind, value) = subjectParts(node) else { return nil }
        do throws(Subject.SubjectError) {
            return Binding.Entry(subject: try Subject(kind: kind, value: value), location: location(of: node))
        } catch {
            report(node, "'\("\(kind):\(value)".prefix(80))' is not a subject: \(error.why)")
            return nil
        }
    }

    /// `user:kiosk`, or the mapping `{user: kiosk}`.
    private mutating func subjectParts(_ node: Node) -> (kind: String, value: String)? {
        if case .mapping = node {
            guard let pairs = pairs(of: node, "a subject"), let pair = pairs.first, let kind = text(pair.key, "a subject's kind") else {
                return nil
            }
            guard pairs.count == 1 else {
                report(node, "a subject is one of \(Subject.kinds.joined(separator: ", ")), not several")
                return nil
            }
            let isNumber = kind == "uid" || kind == "gid"
            guard let value = isNumber ? number(pair.value, "a \(kind)") : text(pair.value, "a \(kind)") else { return nil }
            return (kind, value)
        }
        guard let text = text(node, "a subject") else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            report(node, "'\(text.prefix(80))' is not a subject: it is written \(Subject.forms)")
            return nil
        }
        return (String(parts[0]), String(parts[1]))
    }
}
