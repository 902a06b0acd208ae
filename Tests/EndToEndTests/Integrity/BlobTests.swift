import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    @Suite struct BlobTests {
        @Test("A flipped bit in a model file is found, named, not loaded, and mended by adding the model again")
        func flippedBit() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                let added = try await node.add("good")
                try await node.add("bad", script: "other")
                let digest = try #require(added["model"]["digest"].string)
                #expect(try await node.chat("bad").status == 200)
                let bad = try #require(try await node.cli("model", "show", "bad", "--json").json["digest"].string)
                let path = try Self.blob(node, bad)
                #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o444)
                #expect(try await node.cli("model", "unload", "bad").status == 0)
                try Self.flip(path, at: 300)

                let verified = try await node.cli("model", "verify", "--all")
                #expect(verified.status == 3 && (verified.output + verified.errors).contains("bad"), "\(verified)")
                let lines = try await node.cli("model", "verify", "bad", "--json")
                #expect(lines.status == 3)
                #expect(try await node.cli("model", "verify", "good").status == 0)

                let chat = try await node.chat("bad")
                #expect(chat.status == 409 && chat.code == "model_corrupt")
                let load = try await node.cli("model", "load", "bad")
                #expect(load.status == 3 && load.errors.contains("model add"))
                let status = try await node.status()
                #expect(status["models"]["corrupt"] == 1 && status["health"] == "degraded")
                #expect(try await node.records("operation=models.state").first?["outcome"]["code"] == "model_corrupt")
                #expect(try await node.chat("good").status == 200 && digest != bad)

                try await node.add("bad", script: "other")
                #expect(try await node.cli("model", "verify", "bad").status == 0)
                #expect(try await node.chat("bad").status == 200)
                #expect(try await node.status()["health"] == "ok")
            }
        }

        @Test("A file changed behind the node's back is found at the next load, without anybody asking for a verification")
        func changedBeforeLoad() async throws {
            try await TestNode.with({ $0.scriptedEngine = true }) { node in
                let digest = try #require(try await node.add("m")["model"]["digest"].string)
                try Self.flip(try Self.blob(node, digest), at: 300)
                #expect(try await node.chat("m").code == "model_corrupt")
                #expect(RunningProcesses.engines(runtime: node.runtime).isEmpty)
            }
        }

        @Test("A file that is gone is named as missing")
        func missing() async throws {
            try await TestNode.with { node in
                let digest = try #require(try await node.add("m")["model"]["digest"].string)
                try FileManager.default.removeItem(atPath: try Self.blob(node, digest))
                let verified = try await node.cli("model", "verify", "m")
                #expect(verified.status == 3 && (verified.output + verified.errors).contains("m"))
                try await node.add("m")
                #expect(try await node.cli("model", "verify", "m").status == 0)
            }
        }

        @Test("A file that is refused because its name is taken leaves nothing behind, and one that breaks off is no fault of the node")
        func refused() async throws {
            try await TestNode.with { node in
                try await node.add("m", script: "say:a")
                // As long as the first, and longer: the one is known by its digest, the other by its size.
                for script in ["say:b", "say:" + String(repeating: "c", count: 500)] {
                    await #expect(throws: (any Error).self) { try await node.add("m", script: script) }
                    #expect(try await node.status()["models"]["count"] == 1)
                    #expect(try await node.cli("model", "prune", "--json").succeeded().json["files"] == 0)
                }
                #expect(try await node.cli("model", "verify", "m").status == 0)

                var socket: RawSocket? = try RawSocket(node.admin)
                socket?.send(HTTPCall.bytes("POST", "/holdfast/v1/models/n", headers: ["Content-Length: 5000"]) + Array("GGUF".utf8))
                socket = nil
                let record = try await eventually("the failure is recorded") {
                    try await node.records("operation=models.add").first { $0["resource"]["name"] == "n:latest" && $0["phase"] != "intent" }
                }
                #expect(record["outcome"]["code"] == "upload_incomplete", "\(record.text)")
                #expect(!node.log.contains(" error "), "\(node.log)")
            }
        }

        private static func blob(_ node: TestNode, _ digest: String) throws -> String {
            let folder = node.state + "/blobs"
            let name = try FileManager.default.subpathsOfDirectory(atPath: folder).first { $0.hasSuffix(String(digest.dropFirst(7))) }
            return folder + "/" + (try #require(name))
        }

        private static func flip(_ path: String, at offset: Int) throws {
            chmod(path, 0o644)
            var data = try Data(contentsOf: URL(filePath: path))
            data[offset] ^= 1
            // In place, as a failing disk or an intruder would: the same inode.
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            try file.seek(toOffset: UInt64(offset))
            try file.write(contentsOf: data[offset...offset])
            try file.close()
            chmod(path, 0o444)
        }
    }
}
