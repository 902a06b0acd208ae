import HoldfastAPI
import HoldfastCore
import Testing

@testable import HoldfastCommands

@Suite(.timeLimit(.minutes(1)))
struct AccessTests {
    private static func answer(_ allowed: Bool) -> String {
        let deciding = allowed ? #","role":"user","rule":"a.yaml:3","binding":"a.yaml:9""# : ""
        return
            #"{"allowed":\#(allowed),"subject":"uid:1001","verb":"inference:invoke","resource":"model:a:latest","explanation":"\#(allowed ? "allowed" : "denied"): Because.\nAnd so."\#(deciding)}"#
    }

    @Test func allowedShowsTheRuleAndEndsWithSuccess() async throws {
        let node = try FakeNode { $0.respond(200, json: Self.answer(true)) }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "access", "can", "inference:invoke", "a"]) == .success)
        #expect(
            world.output.text == """
                allowed  uid:1001  inference:invoke  model:a:latest
                  role: user
                  rule: a.yaml:3
                  binding: a.yaml:9

                """)
        #expect(node.requests == ["POST /holdfast/v1/access/can HTTP/1.1"])
    }

    @Test func deniedHasAStatusOfItsOwn() async throws {
        let node = try FakeNode { $0.respond(200, json: Self.answer(false)) }
        defer { node.stop() }
        let world = TestWorld()
        let line = ["--runtime", node.runtime, "access", "can", "inference:invoke", "a", "--as", "uid:1001"]
        #expect(try await world.run(line) == .denied)
        #expect(world.output.text == "denied  uid:1001  inference:invoke  model:a:latest\n  Because.\n  And so.\n")
        #expect(node.requests == ["POST /holdfast/v1/access/can-as HTTP/1.1"])
    }

    @Test func whoamiNamesUserGroupsAndRoles() {
        let body = WhoamiBody(
            uid: 1001, gid: 50, groups: [50, 60], pid: 7, socket: "admin",
            roles: [.init(role: "user", subject: "group:staff", binding: "a.yaml:9")],
            policyGeneration: 2)
        let names = AccessText.Names(user: { _ in "alice" }, group: { $0 == 50 ? "staff" : "gid:\($0)" })
        #expect(
            AccessText.whoami(body, names: names, style: .plain) == """
                user     alice (uid 1001)
                group    staff (gid 50)
                also in  gid:60
                process  7
                socket   admin
                policy   generation 2

                ROLE  AS           BINDING
                user  group:staff  a.yaml:9

                """)
    }

    @Test func policyCheckNeedsNoNodeAndShowsEveryProblem() async throws {
        let folder = try TemporaryFolder()
        let good = try folder.file(
            "good.yaml", "version: 1\nroles:\n  reader:\n    allow:\n      - verbs: [models:read]\n        resources: [\"model:*\"]\n".utf8)
        let bad = try folder.file(
            "bad.yaml", "version: 1\nroles:\n  flyer:\n    allow:\n      - verbs: [models:fly]\n        resources: [\"model:*\"]\n".utf8)
        let world = TestWorld()
        let status = try await world.run(["access", "policy", "check", good])
        #expect(status == .success, "\(world.errors.text)")
        let broken = TestWorld()
        #expect(try await broken.run(["access", "policy", "check", good, bad]) == .badInput)
        #expect(broken.errors.text.contains("\(bad):5:"))
        #expect(broken.errors.text.contains("found."))
        #expect(try await TestWorld().run(["access", "policy", "check", "/nonexistent.yaml"]) == .unreadable)
        let json = TestWorld()
        #expect(try await json.run(["access", "policy", "check", good, "--json"]) == .success)
        #expect(json.output.text.contains(#""roles": 1,"#) && json.output.text.contains(#""valid": true,"#), "\(json.output.text)")
        let brokenJSON = TestWorld()
        #expect(try await brokenJSON.run(["access", "policy", "check", good, bad, "--json"]) == .badInput)
        for part in [#""valid": false"#, #""file": "\#(bad)""#, #""line": 5"#] {
            #expect(brokenJSON.output.text.contains(part), "\(brokenJSON.output.text)")
        }
        #expect(brokenJSON.errors.text.isEmpty)
    }
}
