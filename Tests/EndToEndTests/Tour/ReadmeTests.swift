import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// What the README tells a newcomer to type is typed here, word for word.
    @Suite("The README") struct ReadmeTests {
        private static func block(after heading: String, language: String) throws -> String {
            let text = try String(contentsOfFile: SourceTree.root + "/README.md", encoding: .utf8)
            let rest = try #require(text.split(separator: "\n## \(heading)\n", maxSplits: 1).last)
            let block = try #require(rest.split(separator: "\n```\(language)\n", maxSplits: 1).dropFirst().first)
            return String(try #require(block.components(separatedBy: "\n```").first))
        }

        @Test("every line of the two-minute tour runs, also the client's")
        func tour() async throws {
            let home = try TemporaryFolder.make()
            let programs = URL(filePath: try SourceTree.program("holdfast")).deletingLastPathComponent().path
            let tour = try Self.block(after: "Two minutes", language: "").components(separatedBy: "\n")
            let client = try Self.block(after: "Two minutes", language: "python")
            let stop = try #require(tour.firstIndex { $0.hasPrefix("kill %1") })
            // The daemon is told to use one thread, and its end is not a failure of the script.
            let script =
                ["set -eu", "export HOLDFAST_ENGINE_THREADS=1", "trap 'kill %1 2> /dev/null || true' EXIT"]
                + tour[..<stop].map { $0.replacing("$PWD/.build/debug", with: programs) }
                + ["\"\(try Installed.python())\" - <<'CLIENT'", client, "CLIENT", "echo client: done"]
                + tour[stop...].map { $0.replacing("wait %1", with: "wait %1 || true") }
            let result = try await TestProcess.run(
                "/bin/bash", ["-c", "cd \"\(SourceTree.root)\"\n" + script.joined(separator: "\n")],
                environment: ["HOME": home, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
            #expect(result.status == 0, "\(result.errors)")
            for said in ["smollm2", "assistant", "client: done", "denied"] {
                #expect(result.output.contains(said), "\(said): \(result.output)")
            }
            #expect(!FileManager.default.fileExists(atPath: home + "/node/run/admin.sock"))
            try FileManager.default.removeItem(atPath: home)
        }
    }
}
