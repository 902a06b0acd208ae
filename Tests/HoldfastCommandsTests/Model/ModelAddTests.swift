import Glibc
import HoldfastCore
import Synchronization
import Testing

@testable import HoldfastCommands

@Suite(.timeLimit(.minutes(1)))
struct ModelAddTests {
    private static let digest = "sha256:" + String(repeating: "ab", count: 32)
    private static let added = """
        {"model":{"name":"a:1","names":["a:1"],"digest":"\(digest)","size":3000000,"state":"ready","loaded":false,"pinned":false,"added_at":0,"verified_at":0,\
        "description":{"format":"gguf","architecture":"llama","parameters":134515008,"class":"micro","quantization":"Q4_1","tensor_types":{},\
        "has_chat_template":true,"size_bytes":3000000}},"created":true}
        """

    private static func model(bytes count: Int) -> [UInt8] { Array("GGUF".utf8) + (4..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) } }

    @Test func theFileArrivesWholeWithItsLength() async throws {
        let folder = try TemporaryFolder()
        let content = Self.model(bytes: 3_000_000)
        let file = try folder.file("m.gguf", content)
        let got = Mutex<[UInt8]>([])
        let node = try FakeNode { connection in
            got.withLock { $0 = connection.readBody(connection.contentLength) }
            connection.respond(201, json: Self.added)
        }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "model", "add", file, "--name", "A:1"]) == .success)
        #expect(got.withLock { $0 } == content)
        #expect(node.requests == ["POST /holdfast/v1/models/a%3A1 HTTP/1.1"])
        #expect(world.output.text == "Added a:1: llama, 134.5 M parameters, Q4_1, 2.9 MiB.\n\(Self.digest)\n")
    }

    @Test func jsonIsTheNodesBody() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("m.gguf", Self.model(bytes: 100))
        let node = try FakeNode { connection in
            _ = connection.readBody(connection.contentLength)
            connection.respond(201, json: Self.added)
        }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "model", "add", file, "--name", "a:1", "--json"]) == .success)
        #expect(world.output.text == JSONText.pretty(Array(Self.added.utf8)) + "\n")
    }

    @Test(arguments: [true, false])
    func aRefusalInMidUploadIsHeard(closesAtOnce: Bool) async throws {
        let folder = try TemporaryFolder()
        // More than any socket buffer holds: the sender is still writing when the answer comes.
        let file = try folder.file("m.gguf", Self.model(bytes: 16 << 20))
        let node = try FakeNode { connection in
            _ = connection.readBody(1 << 20)
            connection.respond(507, json: #"{"error":{"code":"quota_exceeded","message":"Too large.","hint":"holdfast model list"}}"#)
            if !closesAtOnce { connection.waitForHangUp() }
        }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "model", "add", file, "--name", "a"]) == .noSpace)
        #expect(world.errors.text.contains("holdfast: Too large.\n  try: holdfast model list\n"))
    }

    @Test func aConnectionCutInMidUploadIsAnError() async throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("m.gguf", Self.model(bytes: 16 << 20))
        let node = try FakeNode { _ = $0.readBody(1 << 20) }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "model", "add", file, "--name", "a"]) == .interrupted)
    }

    @Test(arguments: [
        ("version https://git-lfs.github.com/spec/v1\n", "Git LFS"), ("<!DOCTYPE html>", "web page"), ("PK\u{3}\u{4}", "ZIP"),
        ("", "empty"),
        ("\u{10}\0\0\0\0\0\0\0{\"a\":1}", "safetensors"), ("GGU", "does not begin"), ("hello", "does not begin"), ("ggjt", "old format"),
    ])
    func whatIsNotGGUFIsRefusedBeforeItIsSent(start: String, why: String) async throws {
        let folder = try TemporaryFolder()
        let file = try folder.file("m.gguf", Array(start.utf8))
        let node = try FakeNode { _ in }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "model", "add", file, "--name", "a"]) == .badInput)
        #expect(world.errors.text.contains(why))
        #expect(world.errors.text.contains("  try: file \(file)\n"))
        #expect(node.requests.isEmpty)
    }

    @Test func whatIsNoFileIsRefused() async throws {
        let folder = try TemporaryFolder()
        let fifo = folder.path + "/fifo"
        mkfifo(fifo, 0o600)
        let none = folder.path + "/none"
        for (path, why, hint) in [
            (folder.path, "is a directory", "ls \(folder.path)/*.gguf"), (none, "There is no file \(none).", "ls -l \(folder.path)"),
            (fifo, "not a regular file", "ls -l \(fifo)"), ("none", "There is no file none.", "ls -l ."),
        ] {
            let world = TestWorld()
            #expect(try await world.run(["--runtime", "/nonexistent", "model", "add", path, "--name", "a"]) == .unreadable)
            #expect(world.errors.text.contains(why))
            #expect(world.errors.text.contains("  try: \(hint)\n"))
        }
    }

    @Test func aNameThatIsNoneIsRefusedBeforeTheFileIsOpened() async throws {
        let world = TestWorld()
        #expect(try await world.run(["model", "add", "/nonexistent", "--name", "a b"]) == .usage)
        #expect(world.errors.text.contains("is not a model name"))
    }

    @Test func aFileThatShrinksMeanwhileIsAnError() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("m.gguf", Self.model(bytes: 100))
        let file = try ModelFile(path: path)
        truncate(path, 50)
        #expect(throws: HoldfastError.self) { try file.read(at: 0, count: 100) }
    }
}
