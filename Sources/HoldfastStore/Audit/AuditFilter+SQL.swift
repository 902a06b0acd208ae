import GRDB
import HoldfastCore

extension AuditFilter {
    /// The conditions as SQL over `audit_record`, with their arguments.
    func condition() -> (sql: String, arguments: StatementArguments) {
        var terms: [String] = []
        var arguments: StatementArguments = []
        func add(_ term: String, _ values: any DatabaseValueConvertible...) {
            terms.append(term)
            arguments += StatementArguments(values)
        }
        if let id { add("id = ?", id) }
        if let actorUID { add("actor_uid = ?", actorUID) }
        if let actorSubject { add("actor_subject = ?", actorSubject) }
        // Nothing sorts above U+10FFFF, so the range is the prefix.
        if let operationPrefix { add("operation >= ? AND operation < ?", operationPrefix, operationPrefix + "\u{10FFFF}") }
        if let model { add("model = ?", model.description) }
        if let digest { add("digest = ?", digest.description) }
        if let result { add("result = ?", result.rawValue) }
        if let since { add("time >= ?", since) }
        if let until { add("time < ?", until) }
        return (terms.isEmpty ? "TRUE" : terms.joined(separator: " AND "), arguments)
    }
}
