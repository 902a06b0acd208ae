import Foundation
import HoldfastCore
import HoldfastInference
import Testing

@testable import HoldfastNode

@Suite("Who starts engines")
struct EngineLaunchingTests {
    private let folder: TestFolder
    init() throws { folder = try TestFolder() }

    private func launching(_ change: (inout NodeConfiguration) -> Void) throws -> EngineLaunching {
        var configuration = try NodeConfiguration.load(
            flags: ["runtime": folder.path], configFile: nil, environment: ["HOME": folder.path], uid: 1234)
        // A group that every process of the tests is in, or that root may give to.
        configuration.engineGroup = String(getegid())
        change(&configuration)
        return try EngineLaunching(configuration, programs: "/usr/bin")
    }

    private func listen() throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array((folder.path + "/engine.sock").utf8)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        try #require(bound == 0)
    }

    @Test("systemd, for the machine's node, where it listens; in every other case the node itself")
    func auto() throws {
        #expect(try launching { $0.system = true }.kind == .child)
        try listen()
        let offered = try launching { $0.system = true }
        #expect(offered.kind == .systemd && offered.access == .group(getegid()))
        #expect((offered.launcher as? UnitLauncher)?.socketPath == folder.path + "/engine.sock")
        #expect(try launching { $0.system = false }.kind == .child)
        #expect(try launching { ($0.system, $0.launcher) = (true, .child) }.kind == .child)
        let owned = try launching { ($0.system, $0.confinement.user) = (true, .init(uid: 7, gid: 8)) }
        #expect(owned.kind == .child && owned.access == .owner(.init(uid: 7, gid: 8)))
    }

    @Test("what cannot be is refused at start, and says what to do")
    func refused() throws {
        let both = try #require(throws: HoldfastError.self) {
            try launching { ($0.launcher, $0.confinement.user) = (.systemd, .init(uid: 7, gid: 8)) }
        }
        #expect(both.code == .configurationInvalid && both.message.contains("confinement.user"))
        let missing = try #require(throws: HoldfastError.self) {
            try launching { ($0.launcher, $0.engineGroup) = (.systemd, "no-such-group") }
        }
        #expect(missing.code == .configurationInvalid && missing.hint == "systemd-sysusers")
    }
}
