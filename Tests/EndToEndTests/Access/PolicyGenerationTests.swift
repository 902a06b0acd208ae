import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    @Suite(.enabled(if: OtherUser.canBecome, "only root can start processes of other uids"))
    struct PolicyGenerationTests {
        /// Uid 1234 may see models of this pattern.
        private static func policy(_ pattern: String, more: String = "") -> String {
            """
            version: 1
            roles:
              app:
                allow: [{verbs: [models:read], resources: ["\(pattern)"]}]
            bindings:
              - {role: app, subjects: ["uid:1234"]}
            \(more)
            """
        }

        private static func visible(_ node: TestNode) async throws -> [String] {
            try await OtherUser().send("GET", node.api, "/v1/models").json["data"].array.compactMap { $0["id"].string }
        }

        private static func file(_ node: TestNode, _ name: String, _ text: String) throws -> String {
            let path = "\(node.folder)/\(name)"
            try Data(text.utf8).write(to: URL(filePath: path))
            return path
        }

        @Test("Apply, history, show, rollback and restart: the stored generation rules, and files that differ are drift")
        func generations() async throws {
            try await TestNode.with({ $0.policies = ["node.yaml": Self.policy("model:a")] }) { node in
                for name in ["a", "b"] { try await node.add(name) }
                #expect(try await Self.visible(node) == ["a"])
                #expect(try await node.status()["policy"]["drift"].isNull)

                // An edit does nothing until it is applied, whatever restarts.
                try node.write(policy: "node.yaml", Self.policy("model:b"))
                #expect(try await node.status()["policy"]["drift"]["changed"] == ["node.yaml"])
                #expect(try await node.stop() == 0)
                try await node.start()
                #expect(try await Self.visible(node) == ["a"])
                #expect(try await node.cli("status").succeeded().output.contains("node.yaml changed"))
                #expect(try await node.cli("access", "policy", "show").succeeded().output.contains("model:a"))

                let applied = try await node.cli("access", "policy", "apply", "--json").succeeded().json
                #expect(applied["generation"]["number"] == 2 && applied["new"] == true)
                #expect(try await Self.visible(node) == ["b"])
                #expect(try await node.status()["policy"]["drift"].isNull)
                #expect(try await node.cli("access", "policy", "apply", "--json").succeeded().json["new"] == false)

                let other = try Self.file(node, "other.yaml", Self.policy("model:*"))
                #expect(try await node.cli("access", "policy", "apply", other).succeeded().output == "Generation 3 is in force.\n")
                #expect(try await Self.visible(node) == ["a", "b"])
                try await node.stop(SIGKILL)
                try await node.start()
                #expect(try await Self.visible(node) == ["a", "b"])

                #expect(
                    try await node.cli("access", "policy", "rollback", "1").succeeded().output
                        == "Generation 4 is in force, with the files of 1.\n")
                #expect(try await Self.visible(node) == ["a"])
                let shown = try await node.cli("access", "policy", "show", "--generation", "1", "--json").succeeded().json
                #expect(shown["files"][0]["text"].string == Self.policy("model:a") && shown["active"] == false)
                let history = try await node.cli("access", "policy", "history", "--json").succeeded().json
                #expect(history["active"] == 4 && history["generations"].array.map { $0["number"] } == [4, 3, 2, 1])
                #expect(history["generations"].array.map { $0["source"] } == ["rollback", "apply", "apply", "start"])
                #expect(try await node.cli("access", "policy", "rollback", "9").status == 5)

                // Every change has its record, with the number and the digest of what it put in force.
                let records = try await node.records("operation=access.policy&outcome=ok&limit=1000").filter {
                    !$0["params"]["generation"].isNull
                }
                #expect(records.map { $0["params"]["generation"] } == [4, 3, 2, 2])
                for (record, generation) in zip(records, [4, 3, 2]) {
                    let known = history["generations"].array.first { $0["number"].integer == Int64(generation) }
                    #expect(record["resource"]["digest"].string == known?["digest"].string && record["actor"]["uid"] == 0)
                }
                _ = try await OtherUser().send("GET", node.api, "/v1/models/b")
                #expect(try await node.records("actor=1234&outcome=denied").first?["policy"] == 4)
                #expect(try await node.cli("audit", "verify").status == 0)
            }
        }

        @Test("A policy that locks everybody out, or joins policy and pruning, is refused with its lines, and nothing changes")
        func guards() async throws {
            try await TestNode.with({ $0.policies = ["node.yaml": Self.policy("model:a")] }) { node in
                let lockout = try Self.file(node, "lockout.yaml", Self.policy("model:*", more: "built_in_bindings: false"))
                let both = try Self.file(node, "both.yaml", Self.policy("model:*", more: "  - {role: records-officer, subjects: [uid:0]}"))
                for (path, line, words) in [
                    (lockout, 7, "nobody on this machine could change the policy"), (both, 7, "would hold both access:write"),
                ] {
                    let refused = try await node.cli("access", "policy", "apply", path)
                    #expect(
                        refused.status == 65 && refused.errors.contains("\(path):\(line):") && refused.errors.contains(words), "\(refused)")
                }
                #expect(
                    try await node.cli("access", "policy", "check", both).status == 0, "alone, without the daemon's bindings, it is fine")
                #expect(try await node.status()["policy"]["generation"] == 1)
                let records = try await node.records("operation=access.policy.apply")
                #expect(records.map { $0["outcome"]["code"] } == ["policy_invalid", "policy_invalid"])
            }
        }

        @Test("Root without access:write may still apply and roll back, loudly; nobody else may")
        func recovery() async throws {
            try await TestNode.with({
                $0.policies = ["node.yaml": Self.policy("model:a")]
                $0.environment = ["HOLDFAST_SOCKETS_ADMIN_MODE": "0666"]
            }) { node in
                let strict = try Self.file(
                    node, "strict.yaml",
                    Self.policy("model:a", more: "  - {role: security-admin, subjects: [uid:4000]}\nbuilt_in_bindings: false"))
                _ = try await node.cli("access", "policy", "apply", strict).succeeded()
                #expect(try await node.cli("status").status == 77, "root holds nothing any more")
                let body = "{\"generation\":1}"
                let answers = try await OtherUser(uid: 4321).send([
                    OtherUser.Request(node.admin, "POST", "/holdfast/v1/access/policy/rollback", body: body),
                    OtherUser.Request(node.admin, "POST", "/holdfast/v1/access/policy", body: "{}"),
                ])
                #expect(answers.map(\.status) == [403, 403])
                #expect(!node.log.contains("root recovery"))
                _ = try await node.cli("access", "policy", "rollback", "1").succeeded()
                #expect(node.log.contains("error") && node.log.contains("root recovery"))
                let record = try #require(try await node.records("operation=access.policy.rollback&outcome=ok").first)
                #expect(record["actor"]["rule"] == "built-in:root-recovery" && record["actor"]["role"] == "root-recovery")
                #expect(record["policy"] == 2 && record["params"]["generation"] == 3 && record["params"]["copied_from"] == 1)
                #expect(try await node.status()["policy"]["generation"] == 3)
            }
        }

        @Test("Diff replays the trail and lists what would change; explain and who-can name every rule")
        func asking() async throws {
            try await TestNode.with({ $0.policies = ["node.yaml": Self.policy("model:a")] }) { node in
                for name in ["a", "b"] { try await node.add(name) }
                for _ in 0..<3 { _ = try await OtherUser().send("GET", node.api, "/v1/models/b") }
                let wider = try Self.file(node, "wider.yaml", Self.policy("model:*", more: "  - {role: viewer, subjects: [uid:1234]}"))
                let diff = try await node.cli("access", "policy", "diff", wider, "--json").succeeded().json
                #expect(diff["changes"].array.count == 1, "\(diff)")
                let change = diff["changes"][0]
                #expect(change["uid"] == 1234 && change["operation"] == "models.show" && change["resource"] == "model:b:latest")
                #expect(change["allowed"] == true && change["count"] == 3 && change["rule"].string == "\(wider):4")
                #expect(diff["changed_roles"] == ["app"] && diff["added_bindings"][0]["role"] == "viewer" && diff["removed_bindings"] == [])
                #expect(try await node.status()["policy"]["generation"] == 1, "nothing was applied")
                #expect(try await Self.visible(node) == ["a"])

                _ = try await node.cli("access", "policy", "apply", wider).succeeded()
                let explained = try await node.cli("access", "explain", "models:read", "b", "--as", "uid:1234", "--json").succeeded().json
                #expect(explained["grants"].array.map { $0["role"] } == ["app", "viewer"])
                #expect(explained["grants"].array.map { $0["binding"].string } == ["\(wider):6", "\(wider):7"])
                let denied = try await node.cli("access", "explain", "models:load", "b", "--as", "uid:1234")
                #expect(denied.status == 2 && denied.output.contains("no role of uid 1234 grants models:load"), "\(denied)")
                let who = try await node.cli("access", "who-can", "models:read", "b", "--json").succeeded().json
                #expect(who["grants"].array.map { $0["subject"] } == ["uid:0", "uid:0", "uid:0", "uid:1234", "uid:1234"])
                let writers = try await node.cli("access", "who-can", "access:write", "node").succeeded().output
                #expect(writers.contains("security-admin") && writers.contains("built-in:root-recovery"))
            }
        }

        @Test("Killed at any moment of an apply, the node comes up with a generation that is whole, has its record, and decides")
        func killed() async throws {
            let node = try TestNode(
                {
                    var settings = TestNode.Settings(); settings.policies = ["node.yaml": Self.policy("model:a")]; return settings
                }())
            try await node.start()
            for name in ["a", "b"] { try await node.add(name) }
            var expected: Int64 = 1
            for round in 0..<6 {
                let pattern = round.isMultiple(of: 2) ? "model:b" : "model:a"
                let path = try Self.file(node, "round.yaml", "# \(round)\n" + Self.policy(pattern))
                let apply = try TestProcess(
                    SourceTree.program("holdfast"), ["access", "policy", "apply", path], environment: ["HOLDFAST_RUNTIME": node.runtime])
                // Even rounds are killed once the answer is there, odd ones wherever they are when the client has been started.
                let acknowledged = round.isMultiple(of: 2) ? try await apply.finished().status == 0 : false
                try await node.stop(SIGKILL)
                _ = try await apply.finished()
                try await node.start()
                let generation = try #require(try await node.status()["policy"]["generation"].integer)
                #expect(acknowledged ? generation == expected + 1 : (expected...expected + 1).contains(generation))
                expected = generation
                let shown = try await node.cli("access", "policy", "show", "--json").succeeded().json
                let text = try #require(shown["files"][0]["text"].string)
                #expect(try await Self.visible(node) == [text.contains("model:a") ? "a" : "b"])
                let records = try await node.records("limit=1000").filter {
                    $0["params"]["generation"].integer == generation && $0["op"] != "policy.load"
                }
                #expect(records.count == (generation == 1 ? 0 : 1))
                #expect(
                    try await node.cli("access", "policy", "history", "--json").succeeded().json["generations"].array.count
                        == Int(generation))
            }
            #expect(try await node.cli("audit", "verify").status == 0)
            try await node.remove()
        }
    }
}
