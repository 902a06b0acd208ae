import Foundation
import Testing

@testable import HoldfastInference

@Suite("Whose an engine's folders are")
struct EngineFolderTests {
    private static func mode(_ path: String) throws -> (mode: mode_t, group: gid_t, user: uid_t) {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return (status.st_mode & 0o7777, status.st_gid, status.st_uid)
    }

    @Test("The daemon's own: nobody else passes")
    func daemon() throws {
        let machine = try TestMachine()
        defer { machine.remove() }
        let folder = try EngineFolder(runtimeFolder: machine.folder, id: "a")
        #expect(try Self.mode(folder.path).mode == 0o700 && Self.mode(machine.folder + "/engines").mode == 0o700)
    }

    @Test(
        "A group's: it passes the parents and sees nothing there, and may write in the engine's own",
        .enabled(if: geteuid() == 0, "needs root"))
    func group() throws {
        let machine = try TestMachine()
        defer { machine.remove() }
        let place = try #require(ScratchFolder.find(runtime: machine.folder, state: machine.folder))
        defer { place.removeAll() }
        let folder = try EngineFolder(runtimeFolder: machine.folder, id: "a", access: .group(65534), scratch: place)
        let scratch = try #require(folder.scratch)
        for parent in [machine.folder + "/engines", place.path] { #expect(try Self.mode(parent) == (0o710, 65534, 0)) }
        for own in [folder.path, scratch] { #expect(try Self.mode(own) == (0o770, 65534, 0)) }
        // The next daemon takes the place again, as it was left.
        #expect(ScratchFolder.find(runtime: machine.folder, state: machine.folder) == place)
        folder.remove()
        #expect(access(folder.path, F_OK) != 0 && access(scratch, F_OK) != 0)
    }
}
