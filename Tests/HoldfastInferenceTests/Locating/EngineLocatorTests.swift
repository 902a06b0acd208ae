import Foundation
import HoldfastCore
import HoldfastCrypto
import Testing

@testable import HoldfastInference

struct EngineLocatorTests {
    private let machine: TestMachine

    init() throws { machine = try TestMachine() }

    private func install(_ kind: String, version: String?) throws -> String {
        let folder = "\(machine.folder)/engines/\(kind)"
        try FileManager.default.createDirectory(
            atPath: folder + "/bin", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        if let version { _ = try machine.write(version, to: "engines/\(kind)/VERSION") }
        return try machine.write("#!/bin/sh\n# \(kind)\n", to: "engines/\(kind)/bin/llama-server", mode: 0o755)
    }

    @Test("A configured path wins over the compiled engine, and that over the development engine")
    func order() throws {
        defer { machine.remove() }
        let none = EngineLocator(configuredPath: nil, prefix: machine.folder)
        #expect(throws: HoldfastError.self) { try none.locate() }
        let development = try install("dev", version: "dev 1\nmore")
        #expect(try none.locate().path == development)
        #expect(try none.locate().version == "dev 1")
        let native = try install("native", version: nil)
        #expect(try none.locate().path == native)
        #expect(try none.locate().kind == .native)
        #expect(try none.locate().version == "unknown")
        let configured = try machine.write("#!/bin/sh\n", to: "mine", mode: 0o755)
        #expect(try EngineLocator(configuredPath: configured, prefix: machine.folder).locate().path == configured)
    }

    @Test("The digest is that of the executable's bytes, and a symbolic link is followed before the check")
    func digest() throws {
        defer { machine.remove() }
        let path = try machine.write("#!/bin/sh\nexit 0\n", to: "engine", mode: 0o755)
        try FileManager.default.createSymbolicLink(atPath: machine.folder + "/link", withDestinationPath: path)
        let found = try EngineLocator(configuredPath: machine.folder + "/link", prefix: "/nowhere").locate()
        #expect(found.path == path)
        #expect(found.digest.bytes == SHA256.hash(Array("#!/bin/sh\nexit 0\n".utf8)))
    }

    @Test("What others could have written, or is no program, is not run")
    func untrusted() throws {
        defer { machine.remove() }
        func refused(_ path: String, _ why: String) {
            let error = #expect(throws: HoldfastError.self) { try EngineLocator(configuredPath: path, prefix: "/nowhere").locate() }
            #expect(error?.code == .engineUntrusted && error?.message.contains(why) == true, "\(error?.description ?? "none")")
        }
        refused("bin/engine", "not an absolute path")
        refused(try machine.write("x", to: "group", mode: 0o775), "may write it")
        refused(try machine.write("x", to: "world", mode: 0o757), "may write it")
        refused(try machine.write("x", to: "data", mode: 0o644), "not executable")
        refused(machine.folder, "not a regular file")
        try FileManager.default.createDirectory(atPath: machine.folder + "/open", withIntermediateDirectories: false)
        let inside = try machine.write("x", to: "open/engine", mode: 0o755)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: machine.folder + "/open")
        refused(inside, "/open': its group or everybody may write it")
        let error = #expect(throws: HoldfastError.self) { try EngineLocator(configuredPath: "/nonexistent/engine", prefix: "/").locate() }
        #expect(error?.code == .engineMissing)
    }

    @Test("A file of another user is not run", .enabled(if: geteuid() == 0))
    func otherOwner() throws {
        defer { machine.remove() }
        let path = try machine.write("x", to: "engine", mode: 0o755)
        #expect(chown(path, 12345, 12345) == 0)
        let error = #expect(throws: HoldfastError.self) { try EngineLocator(configuredPath: path, prefix: "/nowhere").locate() }
        #expect(error?.code == .engineUntrusted && error?.message.contains("uid 12345") == true)
    }
}
