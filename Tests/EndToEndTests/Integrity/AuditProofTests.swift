import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// What an auditor takes away from a node, and what it is worth without it.
    @Suite struct AuditProofTests {
        private static func filled(_ node: TestNode, _ count: Int = 300) async throws {
            try await node.add("m")
            for number in 0..<count {
                _ = try await node.post(node.admin, "/holdfast/v1/models/m/aliases", ["alias": .string("a\(number)")])
            }
        }

        private static func python(_ arguments: String...) async throws -> TestProcess.Finished {
            try await TestProcess.run("/usr/bin/python3", ["-IB", SourceTree.fixture("audit_verify.py")] + arguments)
        }

        private static func key(_ node: TestNode) async throws -> String {
            try #require(try await node.status()["audit"]["verifier_key"].string)
        }

        private static func save(_ text: String, _ node: TestNode, _ name: String) throws -> String {
            let path = "\(node.folder)/\(name)"
            try Data(text.utf8).write(to: URL(filePath: path))
            return path
        }

        @Test("A proof and an export convince whoever has the key, and nobody once a byte is changed")
        func proofAndExport() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                try await Self.filled(node)
                let key = try await Self.key(node)
                let id = try #require(try await node.records("operation=models.add&outcome=ok").first?["id"].string)
                let record = node.folder + "/record.json"
                let made = try await node.cli("audit", "prove", id, "--record", record).succeeded()
                #expect(made.output.hasPrefix("c2sp.org/tlog-proof@v1\nindex "))
                #expect(made.errors.contains("Of the same request"), "the intent: \(made.errors)")
                let proof = try Self.save(made.output, node, "x.tlog-proof")

                let export = node.folder + "/all.jsonl"
                try await node.cli("audit", "export", "--out", export).succeeded()
                let part = try await node.cli("audit", "export", "--operation", "models.add").succeeded()
                let partly = try Self.save(part.output, node, "part.jsonl")
                #expect(try await node.stop() == 0)

                // Without the node, and without its state.
                let proved = try await node.cli("audit", "verify", "--proof", proof, "--record", record, "--key", key).succeeded()
                #expect(proved.output.contains("holds"))
                #expect(try await Self.python("proof", proof, record, key).status == 0)
                let whole = try await node.cli("audit", "verify", "--file", export, "--key", key, "--json").succeeded().json
                #expect(whole["holds"] == true && whole["first"] == 0 && whole["shown"] == whole["past"])
                #expect(try await Self.python("export", export, key).status == 0)
                let some = try await node.cli("audit", "verify", "--file", partly, "--key", key, "--json").succeeded().json
                #expect(some["shown"] == 2 && some["filter"] == "operation=models.add", "\(some)")
                #expect(some["withheld"]["filter"].integer ?? 0 > 300)
                #expect(try await node.cli("audit", "verify", "--file", export, "--state", node.state).status == 0, "the key of the state")
                #expect(try await node.cli("audit", "verify", "--file", export).status == 64, "no key")

                let text = try String(contentsOfFile: export, encoding: .utf8)
                let changed = try Self.save(
                    text.replacing("\"alias\":\"a7\"", with: "\"alias\":\"a8\"")
                        .replacing("\"seq\":7,", with: "\"seq\":8,"), node, "changed.jsonl")
                let found = try await node.cli("audit", "verify", "--file", changed, "--key", key)
                #expect(found.status == 4 && found.output.contains("does not hold"), "\(found)")
                #expect(try await Self.python("export", changed, key).status == 1)
                let other = try Self.save(String(contentsOfFile: record, encoding: .utf8) + " ", node, "other.json")
                #expect(try await node.cli("audit", "verify", "--proof", proof, "--record", other, "--key", key).status == 4)
            }
        }

        @Test("An older copy of the whole state is found against a checkpoint that was kept, with the node and without")
        func since() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                try await Self.filled(node, 20)
                let early = try Self.save(try await node.cli("audit", "checkpoint").succeeded().output, node, "early")
                #expect(try await node.stop() == 0)
                let copy = node.folder + "/copy"
                try FileManager.default.copyItem(atPath: node.state, toPath: copy)
                try await node.start()
                for number in 0..<20 {
                    _ = try await node.post(node.admin, "/holdfast/v1/models/m/aliases", ["alias": .string("b\(number)")])
                }
                let key = try await Self.key(node)
                let late = try Self.save(try await node.cli("audit", "checkpoint").succeeded().output, node, "late")
                let held = try await node.cli("audit", "verify", "--since", early, "--key", key).succeeded()
                #expect(held.output.contains("since"))
                #expect(try await node.cli("audit", "verify", "--since", early, "--until", late, "--key", key).status == 0)
                #expect(try await node.stop() == 0)
                #expect(try await node.cli("audit", "verify", "--state", node.state, "--since", late, "--key", key).status == 0)
                try FileManager.default.removeItem(atPath: node.state)
                try FileManager.default.copyItem(atPath: copy, toPath: node.state)
                #expect(try await node.cli("audit", "verify", "--state", node.state).status == 0, "in itself it holds")
                let lost = try await node.cli("audit", "verify", "--state", node.state, "--since", late, "--key", key)
                #expect(lost.status == 4 && lost.output.contains("missing"), "\(lost)")
                try await node.start()
                let fewer = try await node.cli("audit", "verify", "--since", late, "--key", key)
                #expect(fewer.status == 4 && fewer.output.contains("some are gone"), "\(fewer)")
                // It goes on as another log under the same name.
                for number in 0..<40 {
                    _ = try await node.post(node.admin, "/holdfast/v1/models/m/aliases", ["alias": .string("c\(number)")])
                }
                let forked = try await node.cli("audit", "verify", "--since", late, "--key", key)
                #expect(forked.status == 4 && forked.output.contains("others"), "\(forked)")
                #expect(try await node.cli("audit", "verify", "--since", early, "--key", key).status == 0)
            }
        }

        @Test("After the key was replaced, old proofs and the old key are still good")
        func rotation() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                try await Self.filled(node, 5)
                let old = try await Self.key(node)
                let record = node.folder + "/record.json"
                let proof = try Self.save(
                    try await node.cli("audit", "prove", "3", "--record", record).succeeded().output, node, "old.tlog-proof")
                let early = try Self.save(try await node.cli("audit", "checkpoint").succeeded().output, node, "early")
                #expect(try await node.cli("audit", "rotate-key").succeeded().output.contains("was replaced"))
                let new = try await Self.key(node)
                #expect(new != old)
                _ = try await node.post(node.admin, "/holdfast/v1/models/m/aliases", ["alias": "later"])
                let fresh = try Self.save(try await node.cli("audit", "prove", "3").succeeded().output, node, "new.tlog-proof")
                let export = node.folder + "/e.jsonl"
                try await node.cli("audit", "export", "--out", export).succeeded()
                let rotated = try #require(try await node.records("operation=audit.rotate-key").first)
                #expect(rotated["resource"]["name"].string == new && rotated["actor"]["rule"].string != nil)
                for key in [old, new] {
                    #expect(try await node.cli("audit", "verify", "--since", early, "--key", key).status == 0)
                    #expect(try await node.cli("audit", "verify", "--proof", fresh, "--record", record, "--key", key).status == 0)
                    #expect(try await Self.python("proof", fresh, record, key).status == 0)
                    #expect(try await node.cli("audit", "verify", "--file", export, "--key", key).status == 0)
                    #expect(try await Self.python("export", export, key).status == 0)
                }
                #expect(try await node.cli("audit", "verify", "--proof", proof, "--record", record, "--key", old).status == 0)
                #expect(try await node.stop() == 0)
                try await node.start()
                #expect(try await Self.key(node) == new)
                #expect(try await node.cli("audit", "verify").status == 0)
                #expect(try await node.cli("audit", "verify", "--state", node.state, "--key", old).status == 0)
            }
        }

        @Test("A key from a systemd credential signs, and is not in the state directory")
        func credential() async throws {
            let credentials = try TemporaryFolder.make()
            try Data((0..<32).map { UInt8($0) }).write(to: URL(filePath: credentials + "/audit-key"))
            try await TestNode.with({
                $0.scriptedEngine = true
                $0.environment = ["CREDENTIALS_DIRECTORY": credentials]
            }) { node in
                #expect(try await node.cli("audit", "verify").status == 0)
                #expect(!FileManager.default.fileExists(atPath: node.state + "/keys/audit.ed25519"))
                let refused = try await node.cli("audit", "rotate-key")
                #expect(refused.status == 64 && refused.errors.contains("credential"), "\(refused)")
            }
            try FileManager.default.removeItem(atPath: credentials)
        }

        @Test("Every format and both reports come out, and the trail says who took them")
        func formats() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                try await Self.filled(node, 3)
                #expect(try await node.chat("m").status == 200)
                let starts = ["jsonl": "{\"first\":0,", "ocsf": "{\"", "cef": "CEF:0|Holdfast|", "csv": "index,"]
                for (format, start) in starts.sorted(by: { $0.key < $1.key }) {
                    let made = try await node.cli("audit", "export", "--format", format).succeeded()
                    #expect(made.output.hasPrefix(start), "\(format): \(made.output.prefix(80))")
                }
                #expect(try await node.cli("audit", "export", "--format", "xml").status == 64)
                let markdown = try await node.cli("audit", "report").succeeded().output
                let key = try await Self.key(node)
                #expect(markdown.contains("Integrity") && markdown.contains(key))
                let page = node.folder + "/report.html"
                try await node.cli("audit", "report", "--html", page).succeeded()
                #expect(try String(contentsOfFile: page, encoding: .utf8).contains("<svg"))
                #expect(try await node.cli("audit", "report", "--period", "2026-13").status == 64)
                let taken = try await node.records("operation=audit.export&outcome=ok")
                #expect(taken.count == 4 && taken.allSatisfy { $0["params"]["records"].integer ?? 0 > 0 })
                #expect(try await node.records("operation=audit.report&outcome=ok").count == 2)
            }
        }

        @Test("An export of records that were changed on the disk breaks off")
        func broken() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                try await Self.filled(node, 3)
                try await node.cli("audit", "checkpoint").succeeded()
                try AuditTamperingTests.sql(
                    node, "UPDATE audit_record SET body = replace(body, '\"uid\":', '\"uid\":1') WHERE leaf = :n", 2)
                let path = node.folder + "/e.jsonl"
                #expect(try await node.cli("audit", "export", "--out", path).status != 0)
                #expect(!FileManager.default.fileExists(atPath: path))
                #expect(try await node.records("operation=audit.export&outcome=failed").first?["outcome"]["code"] == "audit_broken")
                let report = try await node.cli("audit", "report").succeeded().output
                #expect(report.contains("does not hold") || report.contains("DOES NOT"), "\(report.suffix(1500))")
            }
        }
    }
}
