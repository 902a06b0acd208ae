import HoldfastTestSupport

/// What clients were told is so: the node must know it after any crash.
actor Ledger {
    struct Request: Sendable {
        let id: String
        /// The answer came to its end, so its outcome was durable; else a crash may have cut it off.
        let completed: Bool
    }

    private(set) var names: [String: String] = [:]
    /// Names whose last change was under way when the node was killed: both states are right.
    private var uncertain: Set<String> = []
    private(set) var requests: [Request] = []
    private(set) var changes = 0

    /// To be called before a change is asked for.
    func begin(_ name: String) { uncertain.insert(name) }

    /// The change was acknowledged. `digest` is nil when the name is gone.
    func acknowledge(_ name: String, _ digest: String?) {
        uncertain.remove(name)
        names[name] = digest
        changes += 1
    }

    /// The change was refused: nothing is different.
    func refused(_ name: String) { uncertain.remove(name) }

    func note(_ id: String, completed: Bool) { requests.append(Request(id: id, completed: completed)) }

    /// Holds the node's names against the ledger, and takes over what became of the changes that were under way.
    func differences(from actual: [String: String]) -> [String] {
        var found: [String] = []
        for name in Set(names.keys).union(actual.keys).subtracting(uncertain) where names[name] != actual[name] {
            found.append("\(name): acknowledged \(names[name] ?? "none"), there is \(actual[name] ?? "none")")
        }
        for name in uncertain { names[name] = actual[name] }
        uncertain = []
        return found
    }
}
