import Foundation
import HoldfastCore
import HoldfastCrypto
import HoldfastTestSupport
import Synchronization
import Testing

extension EndToEnd {
    /// `holdfast-tuf`, as TUF's conformance suite drives it, which CI cannot fetch.
    @Suite("Publications: holdfast-tuf") struct TUFProgram {
        private static let content = Array("what was published".utf8)

        @Test("init, refresh, download: metadata under unversioned names, a target that is there is not fetched again") func tour()
            async throws
        {
            let bench = try TUFBench()
            try bench.publish(["a/one": Self.content, "two": Array("2".utf8)])
            #expect(try await bench.run("init", bench.folder + "/root.json") == 0)
            #expect(bench.server.takeRequests().isEmpty)
            #expect(try await bench.run("refresh") == 0)
            #expect(bench.server.takeRequests() == ["/m/2.root.json", "/m/timestamp.json", "/m/1.snapshot.json", "/m/1.targets.json"])
            for role in ["root", "timestamp", "snapshot", "targets"] {
                let name = role == "timestamp" ? "timestamp.json" : "1.\(role).json"
                #expect(try bench.read("m/\(role).json") == bench.files[name])
            }
            #expect(try bench.read("m/root_history/1.root.json") == bench.files["1.root.json"])
            #expect(try await bench.run("download", targets: ["a/one", "two"]) == 0)
            #expect(try bench.names("t") == ["a%2Fone", "two"])
            #expect(try bench.read("t/a%2Fone") == Self.content)
            #expect(bench.server.takeRequests().count == 4)
            #expect(try await bench.run("download", targets: ["a/one", "two"]) == 0)
            #expect(bench.server.takeRequests() == ["/m/2.root.json", "/m/timestamp.json"])
            // Another content under the same name is fetched, and takes its place.
            try bench.publish(["a/one": Array("new".utf8)])
            #expect(try await bench.run("download", targets: ["a/one"]) == 0)
            #expect(try bench.read("t/a%2Fone") == Array("new".utf8))
        }

        enum Lie: String, CaseIterable {
            case otherBytes, longer, shorter, endless, missing, redirected, silentEnd
        }

        @Test("a target that is not what was published leaves nothing, and keeps what was there", arguments: Lie.allCases)
        func corrupt(lie: Lie) async throws {
            let bench = try TUFBench()
            let old = Array("old".utf8)
            try bench.publish(["x": old])
            #expect(try await bench.run("init", bench.folder + "/root.json") == 0)
            #expect(try await bench.run("download", targets: ["x"]) == 0)
            try bench.publish(["x": Self.content])
            let elsewhere = try ScriptedWebServer { _ in .file(Self.content) }
            let answer: ScriptedWebServer.Answer =
                switch lie {
                case .otherBytes: .file(Self.content.reversed())
                case .longer: .file(Self.content + [0])
                case .shorter: .file(Self.content.dropLast())
                case .endless: .endless(after: "HTTP/1.1 200 OK\r\n\r\n")
                case .missing: .status(404)
                case .redirected: .status(302, headers: ["Location: \(elsewhere.url)"])
                case .silentEnd: .raw("HTTP/1.1 200 OK\r\nContent-Length: \(Self.content.count)\r\n\r\nwhat")
                }
            bench.answer("/t/" + Hex.encode(SHA256.hash(Self.content)) + ".x", answer)
            #expect(try await bench.run("download", targets: ["x"]) == 1)
            #expect(try bench.names("t") == ["x"])
            #expect(try bench.read("t/x") == old)
            #expect(elsewhere.takeRequests().isEmpty)
        }

        @Test("what cannot be done ends with 1 and says why") func refusals() async throws {
            let bench = try TUFBench()
            try bench.publish(["x": Self.content])
            #expect(try await bench.run("refresh") == 1)
            #expect(try await bench.run("init", bench.folder + "/nowhere.json") == 1)
            try Data("{}".utf8).write(to: URL(filePath: bench.folder + "/bad.json"))
            #expect(try await bench.run("init", bench.folder + "/bad.json") == 1)
            #expect(try bench.names("m").isEmpty)
            #expect(try await bench.run("dance") == 1)
            #expect(bench.server.takeRequests().isEmpty)
            #expect(try await bench.run("init", bench.folder + "/root.json") == 0)
            #expect(try await bench.run("download", targets: ["y"]) == 1)
            #expect(try await bench.run("download", targets: ["../x"]) == 1)
            #expect(try await bench.run("download") == 1)
            // Each in its turn: the first is there when the second fails.
            #expect(try await bench.run("download", targets: ["x", "y"]) == 1)
            #expect(try bench.names("t") == ["x"])
        }

        @Test("it goes by the clock, which faketime moves") func clock() async throws {
            let bench = try TUFBench()
            try bench.publish(["x": Self.content])
            #expect(try await bench.run("init", bench.folder + "/root.json") == 0)
            #expect(try await bench.run("refresh", program: "/usr/bin/faketime", before: ["+1 day"]) == 0)
            #expect(try await bench.run("refresh", program: "/usr/bin/faketime", before: ["+3 days"]) == 1)
            #expect(try await bench.run("refresh") == 0)
        }

        @Test(
            "libcurl is in holdfast-tuf, and in no part of a node",
            arguments: ["holdfast-tuf", "holdfast-programs", "holdfastd", "holdfast", "holdfast-confine", "holdfast-check-gguf"])
        func libraries(program: String) async throws {
            let answer = try await TestProcess.run("/usr/bin/ldd", [SourceTree.program(program)])
            #expect(answer.status == 0 && answer.output.contains("libc.so"))
            #expect(answer.output.contains("libcurl") == (program == "holdfast-tuf"))
            if program != "holdfast-tuf" { #expect(!answer.output.contains("libssl")) }
        }
    }
}

/// A repository behind a web server, and the folders of a client: `m` for metadata, `t` for targets.
final class TUFBench: Sendable {
    let folder: String
    let server: ScriptedWebServer
    private let keys: [TUFEd25519Signer]
    private let repository: Mutex<TUFRepository>
    private let answers: Answers
    private static let expires = TUFTime(seconds: Int64(Date.now.timeIntervalSince1970)).adding(days: 2)

    private final class Answers: Sendable {
        let byPath = Mutex<[String: ScriptedWebServer.Answer]>([:])
    }

    init() throws {
        folder = try TemporaryFolder.make()
        keys = try (0..<4).map { _ in TUFEd25519Signer(try Ed25519PrivateKey()) }
        var roles: [TUFRoot.Role: (keys: [TUFKey], threshold: Int)] = [:]
        for (role, signer) in zip([TUFRoot.Role.root, .targets, .snapshot, .timestamp], keys) { roles[role] = ([signer.key], 1) }
        repository = Mutex(try TUFRepository(root: TUFRoot(expires: Self.expires, roles: roles), signers: [keys[0]]))
        let answers = Answers()
        self.answers = answers
        server = try ScriptedWebServer { path in answers.byPath.withLock { $0[path] } ?? .status(404) }
        for name in ["m", "t"] { try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true) }
        try Data(files["1.root.json"] ?? []).write(to: URL(filePath: folder + "/root.json"))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var files: [String: [UInt8]] { repository.withLock { $0.files } }

    /// The next version of all online metadata, and the targets beside it.
    func publish(_ targets: [String: [UInt8]]) throws {
        try repository.withLock { repository in
            try repository.setTargets(expires: Self.expires, signers: [keys[1]]) {
                for (path, bytes) in targets { $0.set(TUFTarget(path: path, length: bytes.count, hashes: TUFHashes(of: bytes))) }
            }
            try repository.setSnapshot(expires: Self.expires, signers: [keys[2]])
            try repository.setTimestamp(expires: Self.expires, signers: [keys[3]])
        }
        for (name, bytes) in files { answer("/m/" + name, .file(bytes)) }
        for (path, bytes) in targets {
            let target = TUFTarget(path: path, length: bytes.count, hashes: TUFHashes(of: bytes))
            answer("/t/" + (try target.location(consistent: true)), .file(bytes))
        }
    }

    func answer(_ path: String, _ answer: ScriptedWebServer.Answer) { answers.byPath.withLock { $0[path] = answer } }

    /// - Returns: its exit status.
    func run(_ verb: String..., targets: [String] = [], program: String? = nil, before: [String] = []) async throws -> Int32 {
        let own = try SourceTree.program("holdfast-tuf")
        var arguments = before
        if program != nil { arguments.append(own) }
        arguments += ["--metadata-dir", "\(folder)/m", "--metadata-url", "\(server.url)m"]
        arguments += targets.flatMap { ["--target-name", $0] }
        arguments += ["--target-base-url", "\(server.url)t/", "--target-dir", "\(folder)/t"]
        arguments += verb
        let finished = try await TestProcess.run(program ?? own, arguments)
        #expect(finished.status == 0 || !finished.errors.isEmpty)
        return finished.status
    }

    func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: "\(folder)/\(path)"))) }

    /// What is in a folder, hidden files too.
    func names(_ path: String) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(path)").sorted() }
}
