import ArgumentParser
import HoldfastCore
import Testing

@testable import HoldfastCommands

struct AuditFilterTests {
    private func query(_ arguments: [String]) throws -> [String] {
        let filter = try AuditFilter.parse(arguments)
        return try filter.query(now: 1_000_000, userID: { $0 == "alice" ? 1001 : nil }).map { "\($0.key)=\($0.value)" }
    }

    @Test func nothingAskedForIsAnEmptyQuery() throws { #expect(try query([]) == []) }

    @Test(arguments: ["1001", "uid:1001", "alice"])
    func anActorIsANumberOrAName(text: String) throws { #expect(try query(["--actor", text]) == ["actor=1001"]) }

    @Test func anUnknownUserIsRefused() {
        #expect(throws: HoldfastError.self) { try query(["--actor", "nobody-knows"]) }
    }

    @Test func everyFilterArrivesUnderItsKey() throws {
        #expect(
            try query([
                "--operation", "models", "--model", "a:1", "--outcome", "denied", "--since", "10s", "--until", "1970-01-01T00:00:01Z",
            ])
                == ["operation=models", "model=a:1", "outcome=denied", "since=990000", "until=1000"])
    }
}
