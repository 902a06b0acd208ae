import Foundation
import HoldfastCrypto
import HoldfastTestSupport
import Testing

@testable import HoldfastCore

/// PyPI's tuf, the reference implementation, as the other side.
@Suite("TUF: PyPI's tuf")
struct TUFPeerTests {
    private func peer(_ arguments: String...) async throws -> [String: Any] {
        let answer = try await TestProcess.run(Installed.python(), ["-IB", SourceTree.fixture("tuf_peer.py")] + arguments)
        guard answer.status == 0 else { throw TestFailure(answer.errors) }
        return try #require(JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = try TemporaryFolder.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    @Test("ours consumes a repository of theirs: RSA, ECDSA and Ed25519, a rotated root, delegations, sixteen bins") func theirs()
        async throws
    {
        try await withFolder { folder in
            let published = try await peer("make", folder, "\(SimulatedRepository.later.seconds)")
            #expect(published.count == 22)
            var repository = try SimulatedRepository()
            repository.files = [:]
            for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/metadata") {
                repository.files[name] = Array(try Data(contentsOf: URL(filePath: "\(folder)/metadata/\(name)")))
            }
            let client = try SimulatedClient(of: repository)
            var updater = try await client.refresh(from: repository)
            #expect(client.rootHistory == [2])
            for (path, digest) in published {
                let target = try #require(try await updater.find(path), "\(path)")
                #expect(target.hashes.byAlgorithm["sha256"] == digest as? String)
                let file = try Data(contentsOf: URL(filePath: "\(folder)/targets/\(target.location(consistent: true))"))
                var check = try TUFFileCheck(target)
                try check.update(file)
                try check.finish()
            }
            #expect(try await updater.find("top.txt")?.custom == ["release_counter": .integer(7), "aliases": .array(["a", "ä"])])
            #expect(try await updater.find("stolen") == nil)
            #expect(await refusal { try await client.refresh(from: repository, at: SimulatedRepository.later) } == .metadataExpired)
        }
    }

    @Test("theirs consumes a repository of ours: a root's threshold, bins, custom data, a root that was replaced") func ours() async throws
    {
        try await withFolder { folder in
            let publisher = try Publisher()
            // Theirs goes by the clock of the machine.
            let expires = TUFTime(seconds: Int64(Date.now.timeIntervalSince1970)).adding(days: 3)
            var repository = try publisher.repository(expires: expires)
            try repository.setRoot(signers: publisher.root) { $0.set([publisher.root[2].key], threshold: 1, for: .root) }
            for name in ["metadata", "targets"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            for (name, bytes) in repository.files { try Data(bytes).write(to: URL(filePath: "\(folder)/metadata/\(name)")) }
            let paths = ["top"] + (0..<10).map { "model-\($0)" }
            for path in paths {
                let digest = Hex.encode(SHA256.hash(Array(path.utf8)))
                try Data(path.utf8).write(to: URL(filePath: "\(folder)/targets/\(digest).\(path)"))
            }
            let found = try await peerOf(folder, paths + ["model-10"])
            for path in paths {
                let answer = try #require(found[path] as? [String: Any], "\(path)")
                #expect(answer["sha256"] as? String == Hex.encode(SHA256.hash(Array(path.utf8))))
            }
            #expect((found["top"] as? [String: Any])?["custom"] as? [String: Int] == ["n": 1])
            #expect(found["model-10"] is NSNull)
            // It can fail: one digit of one signature.
            let name = "\(folder)/metadata/timestamp.json"
            let text = try String(contentsOfFile: name, encoding: .utf8)
            let start = try #require(text.firstRange(of: "\"sig\":\"")).upperBound
            let digit = text[start] == "0" ? "1" : "0"
            try text.replacingCharacters(in: start...start, with: digit).write(toFile: name, atomically: true, encoding: .utf8)
            await #expect(throws: TestFailure.self) { try await peerOf(folder, ["top"]) }
        }
    }

    private func peerOf(_ folder: String, _ paths: [String]) async throws -> [String: Any] {
        let answer = try await TestProcess.run(Installed.python(), ["-IB", SourceTree.fixture("tuf_peer.py"), "consume", folder] + paths)
        guard answer.status == 0 else { throw TestFailure(answer.errors) }
        return try #require(JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
    }
}
