/// The rules of a list of roles, laid out so that the first one that fits a model is found without trying each.
///
/// Globs are kept by the literal text they begin with, or, when they begin with none, end with. Only those with neither are tried in turn.
struct GrantTable: Sendable {
    struct Entry: Sendable {
        let verbs: VerbSet
        /// Into the list of roles the table was made of.
        let role: Int
        let rule: SourceLocation
        let pattern: ResourcePattern
    }

    /// In the order in which they decide.
    private(set) var entries: [Entry] = []
    private var byPrefix = LiteralIndex()
    private var bySuffix = LiteralIndex()
    /// The first entry that grants a verb on anything, by the verb's ordinal.
    private var firstOfVerb = [Int?](repeating: nil, count: Verb.allCases.count)

    init(_ roles: [Role]) {
        for (index, role) in roles.enumerated() {
            for rule in role.rules {
                for pattern in rule.resources {
                    let position = entries.count
                    entries.append(Entry(verbs: rule.verbSet, role: index, rule: rule.location, pattern: pattern))
                    if let glob = pattern.nameGlob {
                        if glob.prefix.isEmpty {
                            bySuffix.insert(glob.suffix.reversed(), position)
                        } else {
                            byPrefix.insert(glob.prefix, position)
                        }
                    }
                    for verb in rule.verbs where pattern.fits(verb.resourceKind) {
                        let ordinal = VerbSet.ordinal(verb)
                        firstOfVerb[ordinal] = firstOfVerb[ordinal] ?? position
                    }
                }
            }
        }
    }

    /// The first entry for a verb on anything of its kind.
    func first(_ verb: Verb) -> Entry? { firstOfVerb[VerbSet.ordinal(verb)].map { entries[$0] } }

    /// The first entry for a verb on one resource.
    func first(_ verb: Verb, on resource: Resource) -> Entry? {
        guard verb.resourceKind == resource.kind, let start = firstOfVerb[VerbSet.ordinal(verb)] else { return nil }
        switch resource {
        // A verb on the node has one resource, so its first entry is the one.
        case .node: return entries[start]
        case .model(let name): return first(VerbSet([verb]), on: name, from: start).map { entries[$0] }
        }
    }

    func contains(_ verb: Verb, on name: ModelName) -> Bool {
        guard verb.resourceKind == .model, let start = firstOfVerb[VerbSet.ordinal(verb)] else { return false }
        return first(VerbSet([verb]), on: name, from: start) != nil
    }

    /// - Parameter start: the verb's first entry on anything: when that one fits, no other can come before it.
    private func first(_ verb: VerbSet, on name: ModelName, from start: Int) -> Int? {
        if entries[start].pattern.matches(name) { return start }
        return name.name.withUTF8Bytes { bytes in
            var best: Int?
            func look(_ candidates: [Int]) {
                for candidate in candidates {
                    if let best, best < candidate { return }
                    if !entries[candidate].verbs.isDisjoint(with: verb), entries[candidate].pattern.matches(name) { best = candidate }
                }
            }
            byPrefix.candidates(for: bytes, look)
            bySuffix.candidates(for: bytes.reversed(), look)
            return best
        }
    }
}

extension ResourcePattern {
    /// The glob over model names; nil when it stands for no model.
    fileprivate var nameGlob: Glob? {
        switch form {
        case .any: Glob("*")
        case .node: nil
        case .model(let name, _): name
        }
    }

    fileprivate func matches(_ model: ModelName) -> Bool { matches(.model(model)) }
}
