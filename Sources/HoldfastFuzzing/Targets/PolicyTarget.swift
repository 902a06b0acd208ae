import HoldfastCore

extension FuzzTarget {
    /// Policy files: refused with file, line and column, or a policy that decides the same whenever it is read.
    static let policies = FuzzTarget("policy") { input in
        guard let policy = try load(input) else { return }
        guard let again = try load(input) else { throw BrokenPromise(description: "accepted once, refused the second time") }
        try require(policy.digest == again.digest, "two digests of one file")
        let (first, second) = (Authorizer(policy), Authorizer(again))
        for caller in callers {
            for verb in Verb.allCases {
                try require(
                    first.mayAnything(caller, verb).isAllowed == second.mayAnything(caller, verb).isAllowed, "\(verb) for \(caller)")
                guard !first.mayAnything(caller, verb).isAllowed, let name = try? ModelName(parsing: "m") else { continue }
                // What is given on nothing is given on no model and not on the node.
                for resource in [Resource.model(name), .node] {
                    try require(!first.decide(caller, Permission(verb, on: resource)).isAllowed, "\(verb) on \(resource), and on nothing")
                }
            }
        }
        try require(
            !Verb.allCases.contains { first.mayAnything(nobody, $0).isAllowed }, "a peer the kernel cannot express is allowed something")
    }

    private static func load(_ input: [UInt8]) throws -> Policy? {
        let loader = PolicyLoader(
            builtInBindings: .startedBy(uid: 0), resolver: NameResolver(user: { $0 == "kiosk" ? 1000 : nil }, group: { _ in 100 }))
        return try accepted([.policyInvalid]) {
            do {
                return try loader.load([PolicySource(name: "fuzz.yaml", bytes: input)], generation: 1)
            } catch let error as HoldfastError {
                guard let problems = (error.cause as? PolicyProblems)?.problems, !problems.isEmpty else {
                    throw BrokenPromise(description: "refused without a problem")
                }
                throw error
            }
        }
    }

    private static let callers = [0, 1000, 1001].map { Caller(uid: $0, gid: 100, pid: 1, groups: [100], socket: .admin) }
    private static let nobody = Caller(uid: Caller.overflowID, gid: Caller.overflowID, pid: 1, groups: [], socket: .admin)
}
