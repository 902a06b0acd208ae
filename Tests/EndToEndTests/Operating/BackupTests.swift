import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    @Suite("Backup, restore and decommissioning through the real programs")
    struct BackupTests {
        private static func restore(_ node: TestNode, _ arguments: String...) async throws -> TestProcess.Finished {
            try await TestProcess.run(
                SourceTree.program("holdfast"), ["restore", "--state", node.state] + arguments,
                environment: ["HOLDFAST_RUNTIME": node.runtime])
        }

        @Test("a backup taken while the node works brings it back, and whoever kept a later checkpoint is alarmed")
        func life() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                try await node.add("m")
                let file = node.folder + "/b.tar"
                async let chats: [Int] = {
                    var statuses: [Int] = []
                    for _ in 0..<10 { statuses.append(Int(try await node.chat("m").status)) }
                    return statuses
                }()
                let taken = try await node.cli("backup", file, "--json").succeeded()
                #expect(try await chats == Array(repeating: 200, count: 10))
                let summary = try JSONValue(parsing: taken.output)
                #expect(summary["models"].integer == 1 && summary["has_key"].bool == false)
                let members = try await TestProcess.run("/bin/tar", ["-tf", file], environment: [:]).succeeded().output.split(
                    separator: "\n")
                #expect(members.prefix(2) == ["MANIFEST", "holdfast.db"] && members.count == 3)

                try await node.cli("model", "alias", "m", "later").succeeded()
                let kept = try await node.cli("audit", "checkpoint").succeeded().output
                try Data(kept.utf8).write(to: URL(filePath: node.folder + "/kept"))
                #expect(try await node.cli("audit", "verify", "--since", node.folder + "/kept").status == 0)

                #expect(try await Self.restore(node, file, "--yes").status == 6)
                try await node.stop()
                let check = try await Self.restore(node, file, "--check").succeeded().output
                #expect(check.contains("are not in the backup"))
                // Nobody can be asked.
                #expect(try await Self.restore(node, file).status == 64)
                let done = try await Self.restore(node, file, "--yes").succeeded().output
                #expect(done.contains("'node.restore', in epoch 1"))

                try await node.start()
                #expect(try await node.chat("m").status == 200)
                #expect(try await node.cli("model", "show", "later").status == 5)
                #expect(try await node.cli("audit", "verify").status == 0)
                #expect(try await node.cli("audit", "verify", "--since", node.folder + "/kept").status == 4)
                let record = try #require(try await node.records("limit=1000&operation=node.restore").first)
                #expect(record["actor"]["uid"].integer == Int64(getuid()))
                #expect((record["params"]["replaced_size"].integer ?? 0) > (record["params"]["backup_size"].integer ?? .max))
                let replaced = node.state + "/replaced"
                let folder = try #require(try FileManager.default.contentsOfDirectory(atPath: replaced).first)
                #expect(
                    try await node.cli("audit", "verify", "--state", "\(replaced)/\(folder)", "--since", node.folder + "/kept").status == 0)
            }
        }

        @Test("with --key-for a new machine takes the node's place, and a cut or changed file changes nothing")
        func newMachine() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                let keys = try await TestProcess.run("/usr/bin/age-keygen", []).succeeded().output
                let recipient = try #require(keys.split(separator: "\n").first { $0.contains("public key: ") }?.split(separator: " ").last)
                try Data(keys.utf8).write(to: URL(filePath: node.folder + "/identity"))
                try await node.add("m")
                let file = node.folder + "/b.tar"
                try await node.cli("backup", file, "--key-for", String(recipient)).succeeded()
                try await TestProcess.run("/bin/tar", ["-C", node.folder, "-xf", file, "keys/audit.ed25519.age"], environment: [:])
                    .succeeded()
                try await TestProcess.run(
                    "/usr/bin/age",
                    ["--decrypt", "-i", node.folder + "/identity", "-o", node.folder + "/key", node.folder + "/keys/audit.ed25519.age"]
                ).succeeded()
                let name = try await node.status()["audit"]["verifier_key"].string
                let key = node.folder + "/key"
                #expect(try await node.cli("backup", node.folder + "/x.tar", "--key-for", "age1nonsense").status == 64)
                #expect(!FileManager.default.fileExists(atPath: node.folder + "/x.tar"))

                try await TestNode.with({ $0.scriptedEngine = true }) { other in
                    try await other.stop()
                    let refused = try await Self.restore(other, file, "--yes", "--json")
                    #expect(refused.status == 6 && refused.errors.contains("backup_foreign"))
                    var bytes = try Data(contentsOf: URL(filePath: file))
                    try bytes.prefix(bytes.count / 2).write(to: URL(filePath: node.folder + "/cut"))
                    bytes[bytes.count / 2] ^= 1
                    try bytes.write(to: URL(filePath: node.folder + "/changed"))
                    for bad in ["cut", "changed"] {
                        let answer = try await Self.restore(
                            other, node.folder + "/" + bad, "--yes", "--json", "--audit-key", key, "--replace-node")
                        #expect(answer.status == 65 && answer.errors.contains("backup_invalid"), "\(answer.errors)")
                    }
                    try await Self.restore(other, file, "--yes", "--audit-key", key, "--replace-node").succeeded()
                    try await other.start()
                    #expect(try await other.status()["audit"]["verifier_key"].string == name)
                    #expect(try await other.chat("m").status == 200)
                    #expect(try await other.cli("audit", "verify").status == 0)
                }
            }
        }

        @Test("a decommissioned node leaves its signed last record and nothing else, and does not start again")
        func decommission() async throws {
            let node = try TestNode(
                {
                    var settings = TestNode.Settings(); settings.scriptedEngine = true; return settings
                }())
            try await node.start()
            try await node.add("m")
            #expect(try await node.chat("m").status == 200)
            let key = try #require(try await node.status()["audit"]["verifier_key"].string)
            let pid = try #require(try await node.engines().first?["pid"].integer)
            #expect(try await node.post(node.admin, "/holdfast/v1/decommission", ["node": "0000000000000000"]).status == 400)
            #expect(try await node.cli("decommission").status == 64)
            #expect(try await node.chat("m").status == 200)
            let paper = node.folder + "/paper"
            let done = try await node.cli("decommission", "--yes", "--out", paper).succeeded()
            #expect(done.output.contains("c2sp.org/tlog-proof@v1") && done.errors.contains(key))
            _ = try await (try node.daemon).finished(within: .seconds(60))
            #expect(kill(pid_t(pid), 0) != 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: node.state).sorted() == ["decommissioned", "lock"])
            let verified = try await node.cli("audit", "verify", "--last-record", paper, "--key", key).succeeded()
            #expect(verified.output.contains("\"op\":\"node.decommission\""))
            var changed = try Data(contentsOf: URL(filePath: paper))
            let place = try #require(changed.range(of: Data("\"uid\":".utf8))).upperBound
            changed[place] = changed[place] == UInt8(ascii: "1") ? UInt8(ascii: "2") : UInt8(ascii: "1")
            try changed.write(to: URL(filePath: paper))
            #expect(try await node.cli("audit", "verify", "--last-record", paper, "--key", key).status == 4)
            let again = try node.spawn()
            let ended = try await again.finished(within: .seconds(30))
            #expect(ended.status == 78 && ended.errors.contains("was decommissioned"))
            try await node.remove()
        }
    }
}
