import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Two subjects, each a process of its own uid, let entries go.
    @Suite(.enabled(if: OtherUser.canBecome, "only root can start processes of other uids"))
    struct AuditPruneTests {
        static let policy = """
            version: 1
            bindings:
              - {role: records-officer, subjects: ["uid:2001", "uid:2002"]}
            """

        private static func holdfast(_ uid: UInt32, _ node: TestNode, _ arguments: String...) async throws -> TestProcess.Finished {
            try await OtherUser(uid: uid).run(
                SourceTree.program("holdfast"), arguments, environment: ["HOLDFAST_RUNTIME": node.runtime])
        }

        @Test("One asks, another agrees, and only then do entries go; all else is still proved")
        func twoSubjects() async throws {
            try await TestNode.with({
                $0.scriptedEngine = true
                $0.policies = ["officers.yaml": Self.policy]
                $0.environment = ["HOLDFAST_SOCKETS_ADMIN_MODE": "0666"]
            }) { node in
                try await node.add("m")
                for number in 0..<320 {
                    _ = try await node.post(node.admin, "/holdfast/v1/models/m/aliases", ["alias": .string("a\(number)")])
                }
                // Who decides about access does not remove records, not even root.
                #expect(try await node.cli("audit", "prune", "--before", "0s").status == 77)
                let dry = try await Self.holdfast(2001, node, "audit", "prune", "--before", "0s", "--dry-run", "--json").succeeded().json
                #expect(dry["first"] == 0 && dry["past"] == 256 && dry["id"].string == nil)
                let asked = try await Self.holdfast(2001, node, "audit", "prune", "--before", "0s", "--json").succeeded().json
                let id = try #require(asked["id"].string)
                #expect(try await node.get(node.admin, "/holdfast/v1/audit/records/0").status == 200, "nothing has gone yet")

                let alone = try await Self.holdfast(2001, node, "audit", "prune", "--approve", id)
                #expect(alone.status == 77 && alone.errors.contains("two different subjects"), "\(alone)")
                #expect(try await Self.holdfast(2002, node, "audit", "prune", "--approve", "nothing").status == 5)
                let agreed = try await Self.holdfast(2002, node, "audit", "prune", "--approve", id, "--json").succeeded().json
                #expect(agreed["removed"] == 256)
                #expect(try await Self.holdfast(2002, node, "audit", "prune", "--approve", id).status == 5, "once")

                #expect(try await node.get(node.admin, "/holdfast/v1/audit/records/0").status == 404)
                let approval = try #require(try await node.records("operation=audit.prune-approve&outcome=ok").first)
                #expect(approval["actor"]["uid"] == 2002 && approval["params"]["requested_by"] == 2001)
                #expect(try await node.records("operation=audit.prune-approve&outcome=denied").first?["actor"]["uid"] == 2001)
                let gap = try #require(try await node.records("operation=audit.gap").first)
                #expect(gap["params"]["first"] == 0 && gap["params"]["past"] == 256 && gap["outcome"]["code"] == "approved")
                for arguments in [["audit", "verify"], ["audit", "verify", "--state", node.state]] {
                    let verified = try await TestProcess.run(
                        SourceTree.program("holdfast"), arguments + ["--json"], environment: ["HOLDFAST_RUNTIME": node.runtime]
                    ).succeeded().json
                    #expect(verified["holds"] == true && verified["minimum_index"] == 256 && verified["removed_records"] == 256)
                }
                #expect(try await node.status()["audit"]["minimum_index"] == 256)
            }
        }

        @Test("At the budget the oldest entries are sealed, with warnings before, and nothing is refused")
        func sealing() async throws {
            try await TestNode.with({
                $0.scriptedEngine = true
                $0.environment = ["HOLDFAST_AUDIT_BUDGET": "1MiB"]
            }) { node in
                try await node.add("m")
                for number in 0..<2500 {
                    let answer = try await node.post(node.admin, "/holdfast/v1/models/m/aliases", ["alias": .string("a\(number % 50)")])
                    #expect(answer.status == 200, "\(answer.text)")
                }
                let gap = try await eventually("entries are sealed") { try await node.records("operation=audit.gap").first }
                #expect(gap["outcome"]["code"] == "budget")
                #expect(node.log.contains("the audit budget"), "the warnings may be among what was sealed")
                #expect(try await node.cli("audit", "verify").status == 0)
            }
        }
    }
}
