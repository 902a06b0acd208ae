import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// What a gateway owner does in the first minutes, with the command line.
    @Suite struct TourTests {
        @Test("A model is added, shown, named again, used, loaded and unloaded, verified and removed")
        func models() async throws {
            try await TestNode.with { node in
                let empty = try await node.cli("status")
                #expect(empty.status == 0 && empty.output.contains("healthy") && empty.output.contains("holdfast model add"))

                let added = try await node.cli("model", "add", Installed.smolLM(), "--name", "smol", "--json").succeeded().json
                #expect(added["created"] == true)
                #expect(added["model"]["name"] == "smol:latest")
                #expect(added["model"]["description"]["quantization"] == "Q4_1")
                #expect(added["model"]["description"]["class"] == "micro")
                #expect(added["model"]["description"]["licence"]["id"] == "apache-2.0")
                let digest = try #require(added["model"]["digest"].string)
                let again = try await node.cli("model", "add", Installed.smolLM(), "--name", "smol", "--json").succeeded().json
                #expect(again["created"] == false && again["model"]["digest"].string == digest)

                let list = try await node.cli("model", "list").succeeded().output
                #expect(list.contains("smol:latest") && list.contains("134.5 M"))
                #expect(try await node.cli("model", "list", "--json").json["models"].array.count == 1)
                #expect(try await node.cli("model", "alias", "smol", "chat").status == 0)
                #expect(try await node.records("operation=models.alias").first?["resource"]["alias"] == "chat:latest")
                let shown = try await node.cli("model", "show", "chat", "--json").succeeded().json
                #expect(shown["digest"].string == digest)
                #expect(shown["names"] == ["chat:latest", "smol:latest"])
                #expect(try await node.cli("model", "show", "smol").succeeded().output.contains(digest.dropFirst(7)))

                let answer = try await node.cli("run", "smol", "--max-tokens", "8", "--temperature", "0", "Why is the sky blue?")
                #expect(answer.status == 0 && !answer.output.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty)
                let piped = try await node.cli("run", "chat", "--max-tokens", "8", "--temperature", "0", input: "Why is the sky blue?")
                #expect(piped.status == 0 && piped.output == answer.output)

                let loaded = try await node.cli("ps", "--json").succeeded().json["engines"]
                #expect(loaded.array.count == 1 && loaded[0]["name"] == "smol:latest" && loaded[0]["busy_slots"] == 0)
                let pid = try #require(loaded[0]["pid"].integer)
                #expect(RunningProcesses.commandLine(Int32(pid))?.contains(digest.dropFirst(7)) == true)
                #expect(try await node.cli("model", "load", "smol", "--json").json["status"] == "already_loaded")
                let inUse = try await node.cli("model", "remove", "smol", "chat")
                #expect(inUse.status == 6 && inUse.errors.contains("holdfast model unload"))
                #expect(try await node.cli("model", "unload", "chat", "--json").json["status"] == "unloaded")
                #expect(RunningProcesses.engines(runtime: node.runtime).isEmpty)
                #expect(try await node.cli("model", "unload", "chat", "--json").json["status"] == "not_loaded")
                #expect(try await node.cli("model", "load", "chat", "--json").json["status"] == "loaded")
                #expect(try await node.cli("model", "unload", "chat").status == 0)

                let verified = try await node.cli("model", "verify", "--all", "--json")
                #expect(verified.status == 0)
                #expect(try await node.cli("model", "verify", "chat").status == 0)
                #expect(try await node.cli("model", "remove", "chat").status == 0)
                #expect(try await node.cli("model", "list", "--json").json["models"].array.isEmpty)
                #expect(try await node.cli("model", "prune", "--json").succeeded().json["files"] == 0)
                #expect(
                    try FileManager.default.subpathsOfDirectory(atPath: node.state + "/blobs").allSatisfy {
                        !$0.contains(digest.dropFirst(7))
                    })
                #expect(try await node.cli("status", "--json").succeeded().json["models"]["count"] == 0)
            }
        }

        @Test("The audit trail is listed, followed, shown and proved, and a request's id finds its records")
        func audit() async throws {
            try await TestNode.withSmolLM { node in
                let tail = try TestProcess(
                    SourceTree.program("holdfast"), ["audit", "tail", "--json"], environment: ["HOLDFAST_RUNTIME": node.runtime])
                try await eventually("the tail follows") { try await node.status()["limits"]["connections"].integer ?? 0 > 1 }
                let answer = try await node.chat("smol")
                #expect(answer.status == 200)
                let records = try await node.records(of: answer.requestID)
                #expect(records.map { $0["phase"].string } == ["intent", "outcome"])
                #expect(records.last?["outcome"]["result"] == "ok")
                #expect(records.last?["tokens"]["completion"] == 8)
                #expect(records.first?["params"]["max_tokens"] == 8)
                #expect(records.first?["resource"]["digest"].string?.hasPrefix("sha256:") == true)
                #expect(records.first?["content"]["prompt"].string?.count == 64)
                #expect(!records.map(\.text).joined().contains("sky"), "no prompt text in the trail")
                try await eventually("the tail shows the request") { tail.output.contains(answer.requestID) }
                tail.signal(SIGINT)
                _ = try await tail.finished()

                let shown = try await node.cli("audit", "show", answer.requestID)
                #expect(shown.status == 0 && shown.output.contains(answer.requestID))
                let list = try await node.cli("audit", "list", "--operation", "inference", "--outcome", "ok", "--json").succeeded().json
                #expect(list["records"].array.count == 1)
                let verified = try await node.cli("audit", "verify")
                #expect(verified.status == 0 && verified.output.contains("holds"))
                #expect(try await node.cli("audit", "verify", "--json").json["holds"] == true)
                #expect(try await node.stop() == 0)
                let local = try await node.cli("audit", "verify", "--state", node.state)
                #expect(local.status == 0 && local.output.contains("holds"))
            }
        }

        @Test("Errors say what to do, and the exit status says what kind they are")
        func failures() async throws {
            try await TestNode.with { node in
                try await node.add("kiosk")
                let missing = try await node.cli("model", "show", "kisok")
                #expect(missing.status == 5 && missing.errors.contains("kiosk"), "the nearest name is offered")
                let asJSON = try await node.cli("model", "show", "kisok", "--json")
                #expect(asJSON.status == 5)
                #expect(try JSONValue(parsing: asJSON.errors)["error"]["code"] == "model_not_found")
                #expect(try await node.cli("model", "show", "no//name").status == 64)
                #expect(try await node.cli("model", "frobnicate").status == 64)
                let encoding = try await node.get(node.admin, "/holdfast/v1/models/a%FF")
                #expect(encoding.status == 400 && encoding.code == "name_invalid" && encoding.text.contains("percent"), "\(encoding.text)")
                #expect(try await node.get(node.api, "/v1/embeddings").text.contains("docs/compatibility.md"))
                #expect(try await node.cli("model", "add", "/nonexistent.gguf", "--name", "x").status == 66)
                #expect(try await node.cli("model", "add", SourceTree.fixture("http-caller.py"), "--name", "x").status == 65)
                #expect(try await node.cli("audit", "show", "nothing").status == 5)
                #expect(try await node.cli("access", "can", "models:add", "kiosk").status == 0)
                #expect(try await node.cli("access", "can", "models:add", "kiosk", "--as", "uid:1234").status == 2)
                let me = try await node.cli("access", "whoami", "--json").succeeded().json
                #expect(me["uid"].integer == Int64(getuid()) && me["roles"].array.count == 5)
                #expect(try await node.stop() == 0)
                let gone = try await node.cli("status")
                #expect(gone.status == 69 && gone.errors.contains("holdfastd"))
            }
        }
    }
}
