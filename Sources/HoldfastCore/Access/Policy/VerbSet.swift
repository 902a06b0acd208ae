/// A set of verbs in one word. Room for 64; a test holds the vocabulary to it.
struct VerbSet: Hashable, Sendable {
    static let ordinals = Dictionary(uniqueKeysWithValues: zip(Verb.allCases, 0...))
    /// The parts before the colon, in the vocabulary's order: what `models:*` may be written with.
    static let groups = Verb.allCases.map(\.group).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    /// Every word a rule may have in `verbs`.
    static let words = Verb.allCases.map(\.rawValue) + groups.map { $0 + ":*" } + ["*"]

    private(set) var bits: UInt64 = 0

    init() {}

    init(_ verbs: some Sequence<Verb>) {
        for verb in verbs { insert(verb) }
    }

    /// Reads a verb, `GROUP:*` or `*`; these two stand for the verbs there are now.
    init?(word: String) {
        if let verb = Verb(rawValue: word) {
            self.init([verb])
        } else {
            let verbs = word == "*" ? Verb.allCases : Verb.allCases.filter { $0.group + ":*" == word }
            guard !verbs.isEmpty else { return nil }
            self.init(verbs)
        }
    }

    mutating func insert(_ verb: Verb) { bits |= 1 << UInt64(Self.ordinal(verb)) }
    mutating func formUnion(_ other: VerbSet) { bits |= other.bits }
    func contains(_ verb: Verb) -> Bool { bits >> UInt64(Self.ordinal(verb)) & 1 == 1 }
    func isDisjoint(with other: VerbSet) -> Bool { bits & other.bits == 0 }
    var verbs: [Verb] { Verb.allCases.filter(contains) }

    static func ordinal(_ verb: Verb) -> Int { ordinals[verb] ?? 0 }
}

extension Verb {
    /// `models` of `models:read`.
    var group: String { String(rawValue.prefix { $0 != ":" }) }
}
