import Glibc
import HoldfastCore
import Testing

@testable import HoldfastCommands

struct RuntimeLocatorTests {
    private static let user: UInt32 = getuid() == 0 ? 1000 : getuid()

    @Test func theOptionWinsOverTheEnvironment() {
        let locator = RuntimeLocator(uid: 1000, environment: ["HOLDFAST_RUNTIME": "/env"])
        #expect(locator.directory(named: "/option/") == "/option")
        #expect(locator.directory(named: nil) == "/env")
    }

    @Test func anEmptyEnvironmentVariableIsNone() {
        let locator = RuntimeLocator(uid: 0, environment: ["HOLDFAST_RUNTIME": ""])
        #expect(locator.directory(named: nil) == "/run/holdfast")
    }

    @Test func aNodeOfOnesOwnIsFound() throws {
        let base = try TemporaryFolder()
        let node = try FakeNode(in: base.path + "/holdfast") { _ in }
        defer { node.stop() }
        let locator = RuntimeLocator(uid: Self.user, environment: ["XDG_RUNTIME_DIR": base.path])
        #expect(locator.directory(named: nil) == base.path + "/holdfast")
    }

    @Test func aDirectoryThatAnotherUserPlantedIsPassedBy() throws {
        let base = try TemporaryFolder()
        symlink("/tmp", base.path + "/holdfast")
        defer { unlink(base.path + "/holdfast") }
        let locator = RuntimeLocator(uid: Self.user, environment: ["XDG_RUNTIME_DIR": base.path])
        #expect(locator.directory(named: nil) == "/run/holdfast")
    }

    @Test func withoutAnyNodeOnesOwnPlaceIsNamed() throws {
        let base = try TemporaryFolder()
        let locator = RuntimeLocator(uid: Self.user, environment: ["XDG_RUNTIME_DIR": base.path])
        #expect(locator.directory(named: nil) == base.path + "/holdfast")
    }
}
