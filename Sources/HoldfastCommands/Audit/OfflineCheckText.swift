import HoldfastCore

/// What `audit verify --file --json` prints.
struct ExportCheckBody: Encodable {
    struct Problem: Encodable {
        let index: Int?
        let what: String
    }

    let holds: Bool
    let origin: String?
    let first: Int
    let past: Int
    let shown: Int
    let withheld: [String: Int]
    let filter: String?
    let checkpointSize: Int?
    let problem: Problem?

    init(_ found: ExportVerification) {
        holds = found.holds
        origin = found.origin
        first = found.range.lowerBound
        past = found.range.upperBound
        shown = found.shown
        withheld = Dictionary(uniqueKeysWithValues: found.withheld.map { ($0.key.rawValue, $0.value) })
        filter = found.filter
        checkpointSize = found.checkpoint?.size
        problem = found.problem.map { Problem(index: $0.index, what: $0.what) }
    }

    enum CodingKeys: String, CodingKey {
        case holds, origin, first, past, shown, withheld, filter, problem
        case checkpointSize = "checkpoint_size"
    }

    /// Range, shown and withheld are always there: they alone show a file that was made to show less.
    func sentences(style: Style) -> String {
        let log = TerminalText.clean(origin ?? "an unknown log")
        var lines = [
            holds
                ? "The export of \(log) \(style.green("holds")): each record in it is what was signed, in its place."
                : "The export of \(log) \(style.red("does not hold"))."
        ]
        if let problem { lines.append(TerminalText.clean(problem.what)) }
        lines.append("  range       " + (past > first ? "records \(first) to \(past - 1)" : "no records"))
        lines.append("  shown       \(Human.count(shown, "record"))")
        for (reason, count) in withheld.sorted(by: { $0.key < $1.key }) {
            lines.append("  not shown   \(Human.count(count, "record")), by their hashes alone (\(reason))")
        }
        if let filter { lines.append("  asked for   " + TerminalText.clean(filter)) }
        if let checkpointSize { lines.append("  checkpoint  signed over \(Human.count(checkpointSize, "record"))") }
        return lines.joined(separator: "\n")
    }
}

/// What `audit verify --proof --json` prints.
struct ProofCheckBody: Encodable {
    let holds: Bool
    let origin: String
    let index: Int
    let checkpointSize: Int

    enum CodingKeys: String, CodingKey {
        case holds, origin, index
        case checkpointSize = "checkpoint_size"
    }

    func sentence(style: Style) -> String {
        "The proof \(style.green("holds")): this is record \(index) of \(TerminalText.clean(origin)).\n"
            + "  checkpoint  signed over \(Human.count(checkpointSize, "record"))"
    }
}
