import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    @Suite(.enabled(if: OtherUser.canBecome, "only root can start processes of other uids"))
    struct ReloadTests {
        private static func policy(_ resource: String) -> String {
            """
            version: 1
            roles:
              app:
                allow: [{verbs: [models:read], resources: ["\(resource)"]}]
            bindings: [{role: app, subjects: ["uid:1234"]}]
            """
        }

        @Test("SIGHUP swaps the policy; a bad one leaves the old, and status and trail say so until a good one comes")
        func reload() async throws {
            try await TestNode.with({ $0.policies = ["node.yaml": Self.policy("model:a")] }) { node in
                for name in ["a", "b"] { try await node.add(name) }
                func visible() async throws -> [String] {
                    try await OtherUser().send("GET", node.api, "/v1/models").json["data"].array.compactMap { $0["id"].string }
                }
                func reloaded(_ text: String, outcome: String) async throws -> JSONValue {
                    let before = try await node.records("operation=policy.load").count
                    try node.write(policy: "node.yaml", text)
                    try node.daemon.signal(SIGHUP)
                    return try await eventually("the reload is recorded") {
                        let records = try await node.records("operation=policy.load")
                        return records.count > before ? records.first : nil
                    }
                }
                #expect(try await visible() == ["a"])
                #expect(try await reloaded(Self.policy("model:b"), outcome: "ok")["outcome"]["result"] == "ok")
                #expect(try await visible() == ["b"])

                let failure = try await reloaded(Self.policy("modle:*"), outcome: "failed")
                #expect(failure["outcome"]["result"] == "failed" && failure["outcome"]["code"] == "policy_invalid")
                #expect(try await visible() == ["b"], "the old policy rules on")
                let degraded = try await node.status()
                #expect(degraded["health"] == "degraded" && degraded["policy"]["generation"] == 2)
                #expect(degraded["policy"]["reload_error"].string?.contains("node.yaml") == true, "\(degraded["policy"])")

                #expect(try await reloaded(Self.policy("model:*"), outcome: "ok")["outcome"]["result"] == "ok")
                #expect(try await visible() == ["a", "b"])
                let mended = try await node.status()
                #expect(mended["health"] == "ok" && mended["policy"]["generation"] == 3 && mended["policy"]["reload_error"].isNull)
                #expect(try await node.stop() == 0)
            }
        }

        @Test("A bad policy at start is refused, with the place")
        func start() async throws {
            let node = try TestNode(
                {
                    var settings = TestNode.Settings(); settings.policies = ["node.yaml": Self.policy("modle:*")]; return settings
                }())
            let finished = try await node.spawn().finished()
            #expect(finished.status == 65 && finished.errors.contains("node.yaml:4"), "\(finished)")
            try await node.remove()
        }

        @Test("Run for the whole machine, uid 0 holds the roles and the daemon's own uid none")
        func wholeMachine() async throws {
            try await TestNode.with({ $0.system = true }) { node async throws in
                #expect(try await node.cli("access", "can", "models:add", "x").status == 0)
                #expect(try await node.cli("access", "can", "models:add", "x", "--as", "uid:1234").status == 2)
            }
        }
    }
}
