/// Asks again until `probe` gives a value: the one way in which tests wait.
/// - Throws: ``TestFailure`` after `limit`; what `probe` throws.
public func eventually<Value: Sendable>(
    _ what: String, within limit: Duration = .seconds(60), _ probe: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while true {
        if let value = try await probe() { return value }
        guard ContinuousClock.now < deadline else { throw TestFailure("waited \(limit) in vain: \(what)") }
        try await Task.sleep(for: .milliseconds(10))
    }
}

/// As above, for something that becomes true.
public func eventually(_ what: String, within limit: Duration = .seconds(60), _ isSo: () async throws -> Bool) async throws {
    _ = try await eventually(what, within: limit) { try await isSo() ? true : nil }
}
