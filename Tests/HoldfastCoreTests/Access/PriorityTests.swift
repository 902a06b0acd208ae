import HoldfastCore
import Testing

@Suite("Priorities of bindings")
struct PriorityTests {
    private static let text = """
        version: 1
        roles:
          talks: {allow: [{verbs: [inference:invoke], resources: ["model:kiosk-*"]}]}
          looks: {allow: [{verbs: [models:read], resources: ["model:*"]}]}
        bindings:
          - {role: talks, subjects: ["uid:1"], priority: interactive}
          - {role: user, subjects: ["uid:1", "uid:2", "gid:50"], priority: batch}
          - {role: looks, subjects: ["uid:2"], priority: interactive}
          - {role: user, subjects: ["uid:3"]}
        """

    @Test("The highest of the bindings that let the caller use that very model counts; one that does not say gives normal")
    func highest() throws {
        let authorizer = Authorizer(try Sample.policy(Self.text))
        func priority(_ uid: UInt32, gid: UInt32 = 100, _ model: String) throws -> RequestPriority {
            authorizer.priority(of: Sample.caller(uid, gid: gid), on: try ModelName(parsing: model))
        }
        #expect(try priority(1, "kiosk-a") == .interactive)
        #expect(try priority(1, "other") == .batch)
        #expect(try priority(2, "kiosk-a") == .batch, "a role that only looks gives no turn")
        #expect(try priority(3, "kiosk-a") == .normal)
        #expect(try priority(3, gid: 50, "kiosk-a") == .normal, "a further binding takes nothing away")
        #expect(try priority(4, gid: 50, "kiosk-a") == .batch)
        #expect(
            Authorizer(try Sample.policy(Sample.kiosk)).priority(of: Sample.caller(1001), on: try ModelName(parsing: "kiosk-a")) == .normal)
    }

    @Test("What is no priority is refused with its place")
    func refused() {
        let problems = Sample.problems([Self.text.replacing("priority: batch", with: "priority: urgent")])
        #expect(problems.count == 1 && problems[0].description.contains("interactive, normal, batch"))
    }
}
