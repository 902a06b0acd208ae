import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    @Suite("Looking at a node")
    struct LookingTests {
        @Test("status shows every bound with its use, as JSON and in words")
        func bounds() async throws {
            try await TestNode.with({
                $0.scriptedEngine = true
                $0.environment["HOLDFAST_STORAGE_QUOTA"] = "1GiB"
            }) { node in
                try await node.add("m")
                let bounds = try await node.status()["bounds"].array
                let names = Set(bounds.compactMap { $0["name"].string })
                #expect(
                    names.isSuperset(of: [
                        "connections", "connections_per_uid", "queue_per_priority", "queue_per_subject", "request_bytes",
                        "models_memory_bytes",
                        "engine_memory_bytes", "models_disk_bytes", "engines_disk_bytes", "prefix_bytes", "audit_bytes", "captured_bytes",
                        "audit_reserve_bytes", "records_in_memory", "tokens", "application_sockets",
                    ]))
                let disk = try #require(bounds.first { $0["name"].string == "models_disk_bytes" })
                #expect(disk["limit"].integer == 1 << 30 && (disk["used"].integer ?? 0) > 0 && disk["setting"].string == "storage.quota")
                let text = try await node.cli("status").succeeded().output
                #expect(text.contains("models disk") && text.contains("of 1.0 GiB") && !text.contains("\u{1b}"))
            }
        }

        @Test("top shows engines and whose requests they are, to each what it may see")
        func top() async throws {
            let policy = """
                version: 1
                roles:
                  reader:
                    description: Reads one model.
                    allow:
                      - {verbs: [models:read], resources: ["model:other"]}
                bindings:
                  - {role: reader, subjects: [uid:65532]}
                """
            try await TestNode.with({
                $0.scriptedEngine = true
                $0.policies = ["a.yaml": policy]
                $0.environment["HOLDFAST_DRAIN_SECONDS"] = "0"
            }) { node in
                try await node.add("m", script: "say:hold")
                async let held = node.chat("m", "HOLD", maxTokens: 4)
                try await eventually("the request runs") { try await node.engines().first?["busy_slots"].integer == 1 }
                let once = try await node.cli("top", "--once").succeeded().output
                #expect(once.contains("1 of 4") && once.contains("uid:\(getuid())") && !once.contains("\u{1b}"))
                let json = try JSONValue(parsing: try await node.cli("top", "--json").succeeded().output)
                let engine = json["engines"].array.first?["engine"]
                #expect(engine?["subjects"].array.first?["running"].integer == 1)
                #expect(json["engines"].array.first?["tokens_per_second_milli"].integer != nil)
                try await node.stop()
                _ = try? await held
            }
        }

        @Test("logs and doctor say what there is, and doctor's JSON has every check")
        func logsAndDoctor() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                if access("/run/systemd/system", F_OK) != 0 {
                    let logs = try await node.cli("logs")
                    #expect(logs.status == 64 && logs.errors.contains("standard error"))
                }
                let answer = try await TestProcess.run(
                    SourceTree.program("holdfast"), ["doctor", "--json"],
                    environment: [
                        "HOLDFAST_STATE": node.state, "HOLDFAST_RUNTIME": node.runtime,
                        "HOLDFAST_ENGINE_PATH": node.folder + "/llama-server",
                    ])
                let checks = try JSONValue(parsing: answer.output)["checks"].array
                func status(_ id: String) -> String? { checks.first { $0["id"].string == id }?["status"].string }
                for id in ["permissions", "disk", "clock", "engine", "policy", "sockets"] {
                    #expect(status(id) == "ok", "\(id): \(answer.output)")
                }
                #expect(status("units") != nil && status("users") != nil && status("landlock") != nil)
                chmod(node.admin, 0o666)
                let loose = try await TestProcess.run(
                    SourceTree.program("holdfast"), ["doctor"],
                    environment: ["HOLDFAST_STATE": node.state, "HOLDFAST_RUNTIME": node.runtime])
                #expect(loose.status == 9 && loose.output.contains("to do: chmod 660"))
            }
        }
    }
}
