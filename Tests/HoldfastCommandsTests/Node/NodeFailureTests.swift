import Glibc
import HoldfastCore
import HoldfastHTTP
import Testing

@testable import HoldfastCommands

@Suite(.timeLimit(.minutes(1)))
struct NodeFailureTests {
    @Test func aMissingSocketNamesItAndHowToStart() async throws {
        let world = TestWorld()
        #expect(try await world.run(["--runtime", "/nonexistent/r", "status"]) == .unavailable)
        #expect(
            world.errors.text == """
                holdfast: No node answers: the socket /nonexistent/r/admin.sock does not exist.
                  try: holdfastd --state DIR --runtime /nonexistent/r, or name another node with --runtime

                """)
    }

    @Test func theSystemsNodeIsStartedBySystemd() {
        let error = NodeFailure.error(
            .connect(errno: ENOENT), reason: "r", socketPath: "/run/holdfast/admin.sock", runtime: "/run/holdfast")
        #expect(error.hint == "systemctl start holdfastd")
    }

    @Test func aDeadSocketIsToldFromAMissingOne() async throws {
        let node = try FakeNode { _ in }
        let runtime = node.runtime
        defer { node.stop() }
        // A name that still exists and is bound by nobody.
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        unlink(runtime + "/admin.sock")
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: (runtime + "/admin.sock").utf8) }
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        close(descriptor)
        let world = TestWorld()
        #expect(try await world.run(["--runtime", runtime, "status"]) == .unavailable)
        #expect(world.errors.text.contains("nothing listens on \(runtime)/admin.sock"))
    }

    @Test func aClosedDoorSaysWhoMayOpenIt() {
        let error = NodeFailure.error(.connect(errno: EACCES), reason: "r", socketPath: "/dev/null", runtime: "/dev")
        #expect(error.message == "You may not use /dev/null.")
        #expect(error.hint == "run it as root")
        #expect(error.code.exitStatus == .noPermission)
    }

    @Test func aClosedFolderOfTheSystemsNodeNamesItsGroup() {
        // A path that cannot be examined, as in a folder that is closed to this user.
        let error = NodeFailure.error(
            .connect(errno: EACCES), reason: "r", socketPath: "/dev/null/admin.sock", runtime: RuntimeDirectory.system)
        #expect(error.hint == "run it as root, or ask to be added to the group holdfast-admin")
    }

    @Test(
        arguments: [
            (nil, "run it as alice"), (0, "run it as alice"),
            (4_000_000_000, "run it as alice, or ask to be added to the group gid:4000000000"),
        ] as [(UInt32?, String)])
    func nobodyIsSentToRootsGroup(group: UInt32?, hint: String) {
        #expect(NodeFailure.accessHint(user: "alice", group: group) == hint)
    }

    @Test func aConnectionCutInTheMiddleIsNotCalledUnreachable() async throws {
        let node = try FakeNode { $0.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":") }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "status"]) == .interrupted)
        #expect(world.errors.text.contains("closed the connection before its answer was complete"))
    }

    @Test func whatIsNoNodeIsSaidToBeNone() async throws {
        let node = try FakeNode {
            $0.write("SSH-2.0-OpenSSH_9.2\r\n")
            $0.waitForHangUp()
        }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "ps"]) == .unavailable)
        #expect(world.errors.text.contains("is not a node"))
    }

    @Test func anErrorOfTheNodeIsShownWithItsRequest() async throws {
        let node = try FakeNode {
            $0.respond(403, json: #"{"error":{"code":"access_denied","message":"You may not.","hint":"holdfast access whoami"}}"#)
        }
        defer { node.stop() }
        let world = TestWorld()
        #expect(try await world.run(["--runtime", node.runtime, "status"]) == .noPermission)
        #expect(world.errors.text == "holdfast: You may not.\n  try: holdfast access whoami\n  request: r-1\n")
        let json = TestWorld()
        #expect(try await json.run(["--runtime", node.runtime, "status", "--json"]) == .noPermission)
        #expect(json.errors.text.contains(#""request_id": "r-1""#))
        #expect(json.output.text.isEmpty)
    }
}
