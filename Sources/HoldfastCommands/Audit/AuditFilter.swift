import ArgumentParser
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP

/// Which records are wanted.
struct AuditFilter: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("Only of this user, or of token:NAME, app:NAME, loopback or anonymous.", valueName: "uid or name"))
    var actor: String?
    @Option(name: .long, help: ArgumentHelp("Only this operation, or those that begin so: models.", valueName: "operation"))
    var operation: String?
    @Option(name: .long, help: ArgumentHelp("Only on this model.", valueName: "name or digest"))
    var model: String?
    @Option(
        name: .long,
        help: ArgumentHelp("Only with this outcome: \(Self.outcomes.joined(separator: ", ")).", valueName: "outcome"),
        completion: .list(Self.outcomes))
    var outcome: String?
    @Option(name: .long, help: ArgumentHelp("Not before: RFC 3339, or how long ago, such as 2h or 3d.", valueName: "time"))
    var since: String?
    @Option(name: .long, help: ArgumentHelp("Not after.", valueName: "time"))
    var until: String?

    private static let outcomes = AuditOutcome.Result.allCases.map(\.rawValue)

    func validate() throws {
        if let outcome, !Self.outcomes.contains(outcome) {
            throw ValidationError("'\(outcome)' is not an outcome. There are: \(Self.outcomes.joined(separator: ", ")).")
        }
        for time in [since, until].compactMap({ $0 }) where TimeExpression.parse(time, now: 0) == nil {
            throw ValidationError("'\(time)' is not a time: write RFC 3339 (2026-11-24T06:44:22Z), or how long ago (90s, 30m, 2h, 3d, 1w).")
        }
    }

    /// - Parameter now: milliseconds since 1970.
    /// - Throws: ``HoldfastError`` `invalid_request` for a user that this machine does not know.
    func query(now: Int64, userID: (String) -> UInt32? = SystemNames.userID) throws -> [(key: String, value: String)] {
        let values: [(AuditQueryKey, String?)] = [
            (.actor, try actor.map { try Self.uid($0, userID) }), (.operation, operation), (.model, model), (.outcome, outcome),
            (.since, since.flatMap { TimeExpression.parse($0, now: now) }.map(String.init)),
            (.until, until.flatMap { TimeExpression.parse($0, now: now) }.map(String.init)),
        ]
        return values.compactMap { key, value in value.map { (key.rawValue, $0) } }
    }

    /// As the node knows somebody: a number, or a subject's text.
    static func uid(_ text: String, _ userID: (String) -> UInt32?) throws -> String {
        if let subject = NamedSubject(recorded: text, role: { _ in nil }) { return subject.description }
        let number = text.hasPrefix("uid:") ? String(text.dropFirst(4)) : text
        if let uid = UInt32(number) { return "\(uid)" }
        if let uid = userID(text) { return "\(uid)" }
        throw HoldfastError(.invalidRequest, "There is no user '\(text)' on this machine.", hint: "getent passwd", field: "actor")
    }
}
