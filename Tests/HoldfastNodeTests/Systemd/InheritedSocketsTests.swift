import Glibc
import HoldfastCore
import Testing

@testable import HoldfastNode

/// Descriptors themselves are tried by the end-to-end tests: here, 3 and above are the test runner's own.
@Suite("sd_listen_fds: what is ours, by name")
struct InheritedSocketsTests {
    @Test(
        "nothing is taken that was not meant for this process",
        arguments: [
            [:], ["LISTEN_FDS": "2", "LISTEN_FDNAMES": "api:admin"], ["LISTEN_PID": "1", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "api:admin"],
            ["LISTEN_PID": "x", "LISTEN_FDS": "1"], ["LISTEN_PID": "self", "LISTEN_FDS": "0"], ["LISTEN_PID": "self", "LISTEN_FDS": "-3"],
            ["LISTEN_PID": "self", "LISTEN_FDS": "many"], ["LISTEN_PID": "self"],
        ])
    func nothing(environment: [String: String]) throws {
        #expect(try InheritedSockets.read(environment: Self.resolve(environment)).isEmpty)
    }

    @Test("a name that is no socket of ours is refused", arguments: ["web", "", "internal", "API", "unknown"])
    func names(name: String) throws {
        let error = try #require(throws: HoldfastError.self) {
            try InheritedSockets.read(environment: Self.resolve(["LISTEN_PID": "self", "LISTEN_FDS": "1", "LISTEN_FDNAMES": name]))
        }
        #expect(error.code == .configurationInvalid && error.message.contains("'api', 'admin' or 'loopback'"))
    }

    @Test("a count without names is refused")
    func unnamed() {
        #expect(throws: HoldfastError.self) {
            try InheritedSockets.read(environment: Self.resolve(["LISTEN_PID": "self", "LISTEN_FDS": "1"]))
        }
    }

    private static func resolve(_ environment: [String: String]) -> [String: String] {
        environment.mapValues { $0 == "self" ? String(getpid()) : $0 }
    }
}
