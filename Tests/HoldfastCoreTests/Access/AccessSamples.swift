import HoldfastCore

/// Short ways to policies and callers.
enum Sample {
    static let resolver = NameResolver(
        user: { ["kiosk": 1001, "inspection": 1002, "works-council": 1003, "nobody": 65534][$0] },
        group: { ["apps": 2000, "tablets": 2001, "maintenance": 2002, "holdfast-admin": 990][$0] })

    static func policy(
        _ texts: String..., startedBy: BuiltInBindings = .none, generation: Int = 1
    ) throws -> Policy {
        let sources = texts.enumerated().map { PolicySource(name: "/p/\($0.offset).yaml", text: $0.element) }
        return try PolicyLoader(builtInBindings: startedBy, resolver: resolver).load(sources, generation: generation)
    }

    /// The problems for which the texts are refused; empty when they are not.
    static func problems(_ texts: [String]) -> [PolicyProblem] {
        let sources = texts.enumerated().map { PolicySource(name: "\($0.offset).yaml", text: $0.element) }
        do {
            _ = try PolicyLoader(builtInBindings: .none, resolver: resolver).load(sources, generation: 1)
            return []
        } catch let error as HoldfastError {
            return (error.cause as? PolicyProblems)?.problems ?? []
        } catch {
            return []
        }
    }

    static func caller(_ uid: UInt32, gid: UInt32 = 100, groups: [UInt32] = []) -> Caller {
        Caller(uid: uid, gid: gid, pid: 1, groups: groups, socket: .api)
    }

    static func model(_ name: String) throws -> Resource { .model(try ModelName(parsing: name)) }

    static let kiosk = """
        version: 1
        roles:
          kiosk:
            description: Talks to the kiosk models.
            allow:
              - verbs: [models:read, inference:invoke]
                resources: ["model:kiosk-*"]
              - verbs: [node:read]
                resources: [node]
        bindings:
          - role: kiosk
            subjects: ["user:kiosk", "group:apps"]
          - role: user
            subjects:
              - {gid: 2001}
        """
}

/// A generator whose run can be repeated (splitmix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
