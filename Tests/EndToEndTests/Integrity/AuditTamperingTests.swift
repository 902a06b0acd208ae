import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Somebody with the database in hand changes the trail; `audit verify` names the record.
    @Suite struct AuditTamperingTests {
        struct Tampering: Sendable, CustomTestStringConvertible {
            let testDescription: String
            /// SQL, with `:n` for the record's index.
            let sql: String
            /// The record that is named when it is not number 5: without its tile, no record can be held against the tree.
            var named: Int64 = 5
        }

        static let changes = [
            Tampering(
                testDescription: "changed", sql: "UPDATE audit_record SET body = replace(body, '\"uid\":', '\"uid\":1') WHERE leaf = :n"),
            Tampering(testDescription: "removed", sql: "DELETE FROM audit_record WHERE leaf = :n"),
            Tampering(testDescription: "cut off", sql: "DELETE FROM audit_record WHERE leaf >= :n"),
            Tampering(
                testDescription: "cut off, tiles and all but the first checkpoint too",
                sql: """
                    DELETE FROM audit_record WHERE leaf >= :n; DELETE FROM tile; DELETE FROM checkpoint WHERE size > (SELECT min(size) FROM checkpoint)
                    """, named: 0),
            Tampering(
                testDescription: "two swapped",
                sql: """
                    UPDATE audit_record SET leaf = leaf + 1000000 WHERE leaf IN (:n, :n + 1);
                    UPDATE audit_record SET leaf = 2 * :n + 1 - (leaf - 1000000) WHERE leaf >= 1000000
                    """),
            Tampering(testDescription: "filter column changed", sql: "UPDATE audit_record SET actor_uid = 4711 WHERE leaf = :n"),
        ]

        @Test("What was changed, removed or cut off while the node was stopped is named", arguments: changes)
        func stopped(change: Tampering) async throws {
            try await TestNode.with { node in
                for index in 0..<4 { try await node.add("m\(index)", script: "\(index)") }
                #expect(try await node.stop() == 0)
                let before = try await node.cli("audit", "verify", "--state", node.state, "--json").succeeded().json
                #expect(before["holds"] == true && before["size"].integer ?? 0 > 9)
                #expect(before["checkpoint_size"] == before["size"], "all is signed at shutdown")
                try Self.sql(node, change.sql, 5)
                let text = try await node.cli("audit", "verify", "--state", node.state)
                #expect(text.status == 4 && text.output.contains("does not hold"), "\(text)")
                let report = try await node.cli("audit", "verify", "--state", node.state, "--json")
                #expect(report.status == 4)
                #expect(try report.json["problem"]["index"].integer == change.named, "\(report.output)")
                #expect(text.output.contains("number \(change.named)"))
                // A node that starts on it says so too, or refuses; it never signs over it in silence.
                let process = try node.spawn()
                let outcome = try await eventually("the node serves or refuses") { () -> String? in
                    if process.status() != nil { return process.errors }
                    return (try? await node.get(node.admin, "/healthz").status) == 200 ? "serves" : nil
                }
                if outcome == "serves" { #expect(try await node.cli("audit", "verify").status == 4) } else { #expect(!outcome.isEmpty) }
                process.signal(SIGTERM)
                _ = try await process.finished()
                #expect(try await node.cli("audit", "verify", "--state", node.state).status == 4, "still found after that")
            }
        }

        @Test("What was changed while the node runs is named by the node itself", arguments: changes.prefix(3))
        func running(change: Tampering) async throws {
            try await TestNode.with { node in
                for index in 0..<4 { try await node.add("m\(index)", script: "\(index)") }
                #expect(try await node.cli("audit", "verify").status == 0)
                try Self.sql(node, change.sql, 5)
                for arguments in [["audit", "verify"], ["audit", "verify", "--state", node.state]] {
                    let found = try await TestProcess.run(
                        SourceTree.program("holdfast"), arguments + ["--json"], environment: ["HOLDFAST_RUNTIME": node.runtime])
                    #expect(found.status == 4, "\(arguments): \(found)")
                    #expect(try found.json["problem"]["index"] == 5, "\(arguments): \(found.output)")
                }
            }
        }

        @Test("A database of a newer holdfastd is refused, and left as it is")
        func newerDatabase() async throws {
            let node = try TestNode()
            try await node.start()
            #expect(try await node.stop() == 0)
            try Self.sql(node, "INSERT INTO migration VALUES (9999, 'of tomorrow', 'x', 0)", 0)
            let refused = try await node.spawn().finished()
            #expect(refused.status != 0 && refused.errors.contains("newer"), "\(refused)")
            try await node.remove()
        }

        /// By the sqlite3 module of Debian's Python, as an intruder might.
        static func sql(_ node: TestNode, _ script: String, _ index: Int) throws {
            let program = """
                import sqlite3, sys
                database = sqlite3.connect(sys.argv[1] + "/holdfast.db", timeout=30, isolation_level=None)
                for statement in sys.argv[2].split(";"):
                    database.execute(statement, {"n": int(sys.argv[3])})
                """
            let finished = try TestProcess.finish("/usr/bin/python3", ["-IBc", program, node.state, script, String(index)])
            guard finished.status == 0 else { throw TestFailure("sqlite: \(finished.errors)") }
        }
    }
}
