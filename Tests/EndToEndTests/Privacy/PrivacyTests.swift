import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// What is kept of a person, who can read it, and that it goes.
    @Suite(.enabled(if: OtherUser.canBecome, "only root can start processes of other uids"))
    struct PrivacyTests {
        private static let age = "/usr/bin/age"
        private static let prompt = "Where do the herrings winter, asks captain Ahlberg?"
        /// Of a key nobody has.
        private static let nobody = "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef"

        private static func policy(_ recipient: String) -> String {
            """
            version: 1
            recipients: {officer: \(recipient)}
            roles:
              watched:
                allow: [{verbs: [inference:invoke], resources: ["model:m*"]}]
                capture: {recipient: officer}
            bindings:
              - {role: watched, subjects: ["uid:0"]}
              - {role: user, subjects: ["uid:2002"]}
              - {role: records-officer, subjects: ["uid:2001"]}
            """
        }

        private static func officer(_ node: TestNode, _ arguments: String...) async throws -> TestProcess.Finished {
            try await OtherUser(uid: 2001).run(
                SourceTree.program("holdfast"), arguments, environment: ["HOLDFAST_RUNTIME": node.runtime])
        }

        /// The files of the state directory in which `needle` is.
        private static func files(_ node: TestNode, holding needle: [UInt8]) throws -> [String] {
            let names = try FileManager.default.subpathsOfDirectory(atPath: node.state)
            return names.filter { (try? Data(contentsOf: URL(filePath: "\(node.state)/\($0)")))?.range(of: Data(needle)) != nil }
        }

        private static func write(_ text: String, _ node: TestNode, _ name: String) throws -> String {
            let path = "\(node.folder)/\(name)"
            try Data(text.utf8).write(to: URL(filePath: path))
            return path
        }

        @Test(
            "What is captured opens with age and the auditor's key only, is what the record says, and is forgotten everywhere")
        func captured() async throws {
            let keys = try await TestProcess.run("/usr/bin/age-keygen", []).succeeded()
            let publicKey = try #require(keys.errors.split(separator: " ").last.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) })
            try await TestNode.with({
                $0.scriptedEngine = true
                $0.policies = ["privacy.yaml": Self.policy(publicKey)]
                $0.environment = ["HOLDFAST_SOCKETS_ADMIN_MODE": "0666"]
            }) { node in
                try await node.add("m")
                let key = try Self.write(keys.output, node, "key")
                let explained = try await node.cli("access", "explain", "inference:invoke", "model:m").succeeded()
                #expect(explained.output.contains("captured, encrypted to officer (\(publicKey))"))

                let answer = try await node.chat("m", Self.prompt)
                let said = try #require(try answer.json["choices"].array.first?["message"]["content"].string)
                let id = answer.requestID
                let records = try await node.records(of: id)
                #expect(records.allSatisfy { $0["content"]["recipients"] == "officer" && $0["content"]["captured"].string != nil })
                #expect(try Self.files(node, holding: Array("herrings".utf8)).isEmpty, "no plain text reaches the disk")

                // The auditor opens it, and what it is can be held against the record.
                var encrypted: [[UInt8]] = []
                for (part, field) in [("prompt", "prompt"), ("answer", "answer")] {
                    let path = "\(node.folder)/\(part).age"
                    try await node.cli("audit", "content", id, "--part", part, "--out", path).succeeded()
                    let opened = try await TestProcess.run(Self.age, ["--decrypt", "-i", key, path]).succeeded().output
                    #expect(
                        opened == (part == "prompt" ? #"[{"content":"\#(Self.prompt)","role":"user"}]"# : said))
                    let plain = try Self.write(opened, node, part)
                    #expect(try await node.cli("audit", "match", id, "--file", plain, "--json").succeeded().json["field"].string == field)
                    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst().dropLast()
                    encrypted.append(Array(Data(base64Encoded: lines.joined())!))
                }
                #expect(try encrypted.allSatisfy { try !Self.files(node, holding: Array($0.suffix(64))).isEmpty })
                #expect(try await node.records("operation=audit.content").count == 2)
                let proof = try await node.cli("audit", "prove", id)

                // Root decides about access, so it does not erase; the officer does.
                #expect(try await node.cli("audit", "forget", id).status == 77)
                let dry = try await Self.officer(node, "audit", "forget", "--actor", "root", "--dry-run", "--json").succeeded().json
                #expect(dry["requests"] == 1 && dry["files"] == 2 && dry["record"].integer == nil)
                let gone = try await Self.officer(node, "audit", "forget", "--actor", "root", "--json").succeeded().json
                #expect(gone["requests"] == 1 && gone["files"] == 2 && gone["gone_from_disk"] == true)
                #expect(try encrypted.allSatisfy { try Self.files(node, holding: Array($0.suffix(64))).isEmpty })

                #expect(try await node.cli("audit", "match", id, "--file", "\(node.folder)/prompt").status == 10)
                #expect(try await node.cli("audit", "content", id).status == 10)
                let shown = try await node.cli("audit", "show", id).succeeded().output
                #expect(shown.contains("by record \(gone["record"].integer ?? -1) ("), "\(shown)")
                let record = try #require(try await node.records("operation=audit.forget&outcome=ok").first)
                #expect(record["resource"]["name"] == "uid:0" && record["params"]["requests"] == 1 && record["actor"]["uid"] == 2001)
                #expect(record["content"].isNull)
                #expect(try await node.cli("audit", "verify").status == 0)
                #expect(proof.status == 0)
                #expect(try await node.cli("audit", "prove", id).status == 0)
            }
        }

        @Test("A guess is answered, recorded each time, and only for who may ask")
        func match() async throws {
            try await TestNode.with({
                $0.scriptedEngine = true
                $0.policies = ["privacy.yaml": Self.policy(Self.nobody)]
                $0.environment = ["HOLDFAST_SOCKETS_ADMIN_MODE": "0666"]
            }) { node in
                try await node.add("other")
                let id = try await node.chat("other", Self.prompt).requestID
                #expect(try await node.records(of: id).allSatisfy { $0["content"]["recipients"].isNull }, "the role allows model:m* only")
                let right = try Self.write(Self.prompt + "\n", node, "right")
                let wrong = try Self.write("Where do the eels winter?", node, "wrong")
                let matched = try await node.cli("audit", "match", id, "--file", right)
                #expect(matched.status == 0 && matched.output == "It is the last message of the prompt.\n")
                #expect(try await node.cli("audit", "match", id, "--file", wrong).status == 2)
                #expect(try await node.cli("audit", "match", "nothing", "--file", wrong).status == 5)
                #expect(try await node.cli("audit", "content", id).status == 5)
                #expect(try await Self.officer(node, "audit", "match", id, "--file", wrong).status == 77)
                var (answered, refused) = (0, 0)
                for _ in 0..<200 where refused < 3 {
                    let answer = try await node.post(node.admin, "/holdfast/v1/audit/records/\(id)/match", "a guess")
                    if answer.status == 200 { answered += 1 } else { refused += answer.code == "limit_exceeded" ? 1 : 0 }
                }
                #expect(refused == 3 && answered > 0)
                let records = try await node.records("operation=audit.match&limit=1000")
                #expect(records.filter { $0["params"]["matches"] == 1 }.count == 1)
                #expect(records.filter { $0["params"]["matches"] == 0 }.count == answered + 1)
                // The refused ones too: none is folded into a count.
                #expect(records.filter { $0["outcome"]["code"] == "limit_exceeded" }.map { $0["count"].integer } == [1, 1, 1])
                try await Self.officer(node, "audit", "forget", id).succeeded()
                #expect(try await node.cli("audit", "show", id).output.contains("erased"))
            }
        }

        @Test("Without room for what must be captured, audit.on_failure decides", arguments: ["refuse_all", "refuse_privileged"])
        func noRoom(rule: String) async throws {
            try await TestNode.with({
                $0.scriptedEngine = true
                $0.policies = ["privacy.yaml": Self.policy(Self.nobody)]
                $0.environment = ["HOLDFAST_AUDIT_CAPTURE_BUDGET": "1KiB", "HOLDFAST_AUDIT_ON_FAILURE": rule]
            }) { node in
                try await node.add("m")
                let small = try await node.chat("m", "short")
                #expect(small.status == 200)
                #expect(try await node.records(of: small.requestID).allSatisfy { $0["params"]["uncaptured"].isNull })
                let large = try await node.chat("m", String(repeating: "long ", count: 400))
                if rule == "refuse_all" {
                    #expect(large.status == 503 && large.code == "audit_unavailable", "\(large.text)")
                    let records = try await node.records(of: large.requestID)
                    #expect(records.allSatisfy { $0["outcome"]["result"] == "failed" } && !records.isEmpty)
                } else {
                    #expect(large.status == 200)
                    let intent = try #require(try await node.records(of: large.requestID).first)
                    #expect(intent["params"]["uncaptured"] == 1 && intent["content"]["captured"].isNull)
                    #expect(intent["content"]["recipients"] == "officer")
                }
                #expect(try await node.status()["audit"]["captured"]["budget_bytes"] == 1024)
            }
        }

        @Test("Records are mirrored to the journal's socket, without content")
        func journal() async throws {
            let folder = try TemporaryFolder.make()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let sink = try JournalSink(in: folder)
            try await TestNode.with({
                $0.scriptedEngine = true
                $0.environment = ["HOLDFAST_AUDIT_JOURNALD": sink.path]
            }) { node in
                try await node.add("m")
                let id = try await node.chat("m", Self.prompt).requestID
                var entries: [[String: String]] = []
                try await eventually("the answer is in the journal") {
                    entries += try sink.entries()
                    return entries.contains { $0["HOLDFAST_REQUEST"] == id && $0["HOLDFAST_PHASE"] == "outcome" }
                }
                let outcome = try #require(entries.last { $0["HOLDFAST_REQUEST"] == id })
                #expect(outcome["HOLDFAST_OPERATION"] == "inference.chat" && outcome["HOLDFAST_SUBJECT"] == "uid:0")
                #expect(outcome["HOLDFAST_RESULT"] == "ok" && outcome["HOLDFAST_RESOURCE"] == "model m:latest")
                let index = try #require(outcome["HOLDFAST_RECORD"])
                let shown = try await node.get(node.admin, "/holdfast/v1/audit/records/\(index)").json["records"].array.first
                #expect(shown?["text"].string?.contains(id) == true)
                #expect(try await node.status()["audit"]["journald"]["sent"].integer ?? 0 > 2)
                try await node.stop()
                entries += try sink.entries()
                #expect(entries.last?["HOLDFAST_OPERATION"] == "node.stop")
                #expect(entries.contains { $0["HOLDFAST_OPERATION"] == "node.start" })
                let words = entries.flatMap { $0.values }.joined()
                #expect(!words.contains("herrings"))
            }
        }
    }
}
