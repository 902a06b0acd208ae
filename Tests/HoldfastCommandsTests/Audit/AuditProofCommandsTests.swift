import ArgumentParser
import Foundation
import Testing

@testable import HoldfastCommands

@Suite struct AuditProofCommandsTests {
    @Test(arguments: [
        ["verify", "--file", "a", "--proof", "b", "--record", "c"], ["verify", "--proof", "b"], ["verify", "--record", "b"],
        ["verify", "--until", "x"], ["verify", "--file", "a", "--since", "b"], ["verify", "--key", "nonsense"],
        ["report", "--markdown", "--html", "x"], ["report", "--period", "2026-13"], ["export", "--format", "xml"], ["prove"],
    ]) func whatDoesNotGoTogetherIsRefused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try Holdfast.parseAsRoot(["audit"] + arguments) }
    }

    @Test(arguments: [
        ["verify", "--since", "a", "--until", "b", "--state", "c"], ["verify", "--file", "a", "--json"], ["checkpoint"], ["prove", "12"],
        ["export", "--format", "cef", "--since", "2h", "--out", "x"], ["report", "--period", "2026-11", "--html", "x"], ["rotate-key"],
    ]) func whatGoesTogetherIsUnderstood(_ arguments: [String]) throws {
        #expect(try Holdfast.parseAsRoot(["audit"] + arguments) is any HoldfastCommand)
    }

    @Test func withoutAKeyNothingIsChecked() async throws {
        let world = TestWorld()
        #expect(try await world.run(["audit", "verify", "--file", "/nonexistent"]) == .usage)
        #expect(world.errors.text.contains("--key"))
    }

    @Test func aNewFileIsThereOnceItIsWhole() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/out"
        do {
            let given = try NewFile(path)
            try given.write("half")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        let whole = try NewFile(path)
        try whole.write("whole")
        try whole.finish()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "whole")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }
}
