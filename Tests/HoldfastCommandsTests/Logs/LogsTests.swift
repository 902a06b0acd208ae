import ArgumentParser
import Glibc
import HoldfastCore
import Testing

@testable import HoldfastCommands

@Suite("holdfast logs")
struct LogsTests {
    private func arguments(_ line: String) throws -> [String] {
        let command = try Holdfast.parseAsRoot(["logs"] + line.split(separator: " ").map(String.init))
        return try #require(command as? Logs).arguments
    }

    @Test("asks journalctl for the node's units, or for the entries of one request")
    func words() throws {
        #expect(
            try arguments("") == [
                "--no-pager", "--quiet", "--lines=100", "--output=short-iso", "--unit=holdfastd.service",
                "--unit=holdfast-engine@*.service",
            ])
        let some = try arguments("-f --since yesterday --priority warning --lines 5 --json")
        for word in ["--follow", "--since=yesterday", "--priority=warning", "--lines=5", "--output=json"] { #expect(some.contains(word)) }
        #expect(try arguments("--request 0a1b").last == "HOLDFAST_REQUEST=0a1b")
        #expect(try arguments("--audit").last == "MESSAGE_ID=5b0b4f6c1f2e4a53a1c8d0f3e7c96b24")
    }

    @Test("says where the log is where there is no journal")
    func nowhere() async throws {
        guard access("/run/systemd/system", F_OK) != 0 else { return }
        let world = TestWorld()
        #expect(try await world.run(["logs"]) == .usage)
        #expect(world.errors.text.contains("standard error"))
    }
}
