import HoldfastAPI
import HoldfastCore
import HoldfastStore
import Hummingbird

/// The query of the audit operations, read and checked.
struct AuditQuery: Sendable {
    var filter: AuditFilter
    let before: Int64?
    let limit: Int

    static let maximumLimit = 1000

    /// - Parameter others: keys that the operation reads itself.
    init(_ request: Request, besides others: Set<String> = []) throws {
        var values: [String: String] = [:]
        for (key, value) in request.uri.queryParameters { values[String(key)] = String(value) }
        for key in values.keys where AuditQueryKey(rawValue: key) == nil && !others.contains(key) {
            throw HoldfastError(.invalidRequest, "There is no filter '\(key.prefix(40))'.", hint: "holdfast audit list --help", field: key)
        }
        func integer(_ key: AuditQueryKey, in range: ClosedRange<Int64> = 0...Int64.max) throws -> Int64? {
            guard let text = values[key.rawValue] else { return nil }
            guard let value = Int64(text), range.contains(value) else {
                throw HoldfastError(.invalidRequest, "'\(key.rawValue)' must be a number from \(range.lowerBound).", field: key.rawValue)
            }
            return value
        }
        filter = AuditFilter()
        if let subject = values[AuditQueryKey.actor.rawValue].flatMap({ NamedSubject(recorded: $0) { _ in nil } }) {
            filter.actorSubject = subject.description
        } else {
            filter.actorUID = try integer(.actor, in: 0...Int64(UInt32.max))
        }
        filter.operationPrefix = values[AuditQueryKey.operation.rawValue]
        if let model = values[AuditQueryKey.model.rawValue] {
            if model.hasPrefix("sha256:") {
                filter.digest = try SHA256Digest(parsing: model)
            } else {
                filter.model = try ModelName(parsing: model)
            }
        }
        if let outcome = values[AuditQueryKey.outcome.rawValue] {
            guard let result = AuditOutcome.Result(rawValue: outcome) else {
                let known = AuditOutcome.Result.allCases.map(\.rawValue).joined(separator: ", ")
                throw HoldfastError(.invalidRequest, "'outcome' must be one of \(known).", field: "outcome")
            }
            filter.result = result
        }
        filter.since = try integer(.since)
        filter.until = try integer(.until)
        before = try integer(.before)
        limit = Int(try integer(.limit, in: 1...Int64(Self.maximumLimit)) ?? 100)
    }
}

extension AuditEntry {
    init(_ stored: StoredRecord) {
        self.init(index: stored.index, text: String(decoding: stored.bytes, as: UTF8.self))
    }
}
