import Foundation
import GRDB
import Glibc
import HoldfastCore
import Testing

@testable import HoldfastStore

@Suite struct StateDirectoryTests {
    private let state = try! TemporaryState()

    private func make(mode: mode_t) throws {
        #expect(mkdir(state.path, 0o700) == 0 && chmod(state.path, mode) == 0)
    }

    private func mode() throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: state.path)[.posixPermissions] as? Int
    }

    /// The refusal of a start, which must leave the directory as it is.
    private func refusal() throws -> HoldfastError? {
        func names() -> Set<String> { Set((try? FileManager.default.subpathsOfDirectory(atPath: state.folder)) ?? []) }
        let before = names()
        let error = #expect(throws: HoldfastError.self) { _ = try state.open() }
        // The lock is not part of what is kept.
        #expect(names().subtracting(["state/lock"]) == before.subtracting(["state/lock"]))
        return error
    }

    @Test(arguments: [mode_t(0o720), 0o702, 0o770, 0o777, 0o1777])
    func aDirectoryThatOthersCanWriteToIsRefused(mode: mode_t) throws {
        try make(mode: mode)
        let error = try refusal()
        #expect(error?.code == .configurationInvalid && error?.hint?.contains("chmod 700") == true)
        #expect(try self.mode() == Int(mode))
    }

    @Test(arguments: [mode_t(0o755), 0o750, 0o700])
    func aDirectoryThatOthersCanReadIsClosed(mode: mode_t) async throws {
        try make(mode: mode)
        await (try state.open()).close()
        #expect(try self.mode() == 0o700)
    }

    @Test("Where engines of another user pass through, they still do; nobody can list it")
    func passable() async throws {
        try make(mode: 0o711)
        await (try state.open()).close()
        #expect(try self.mode() == 0o711)
    }

    @Test(arguments: ["", "/", "//", "/.", "/./"])
    func aSymbolicLinkIsRefused(suffix: String) throws {
        #expect(mkdir(state.folder + "/elsewhere", 0o755) == 0 && symlink("elsewhere", state.path) == 0)
        let error = #expect(throws: HoldfastError.self) { _ = try NodeStore.open(StoreOptions(stateDirectory: state.path + suffix)) }
        #expect(error?.code == .configurationInvalid && error?.message.contains("symbolic link") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: state.folder + "/elsewhere").isEmpty)
    }

    @Test func aFileIsRefused() throws {
        #expect(FileManager.default.createFile(atPath: state.path, contents: nil))
        #expect(try refusal()?.code == .configurationInvalid)
    }

    @Test(.enabled(if: geteuid() == 0, "only root gives a directory away"))
    func aDirectoryOfAnotherUserIsRefused() throws {
        try make(mode: 0o700)
        #expect(chown(state.path, 12345, 0) == 0)
        let error = try refusal()
        #expect(error?.code == .configurationInvalid && error?.message.contains("12345") == true)
    }

    @Test(arguments: [[], ["checkpoint"], ["keys/audit.ed25519", "keys/audit.pub"], ["checkpoint", "keys/audit.ed25519"]])
    func aLostDatabaseIsNotReplacedByANewOne(alsoLost: [String]) async throws {
        try await state.fill(3, checkpointAt: [3])
        for name in ["holdfast.db"] + alsoLost { try FileManager.default.removeItem(atPath: "\(state.path)/\(name)") }
        let error = try refusal()
        #expect(error?.code == .auditBroken && error?.message.contains(state.database) == true)
    }

    @Test func aCopyDeclaredGoodStandsInForALostDatabase() async throws {
        try await state.fill(3, checkpointAt: [3])
        #expect(rename(state.database, state.database + ".recovered") == 0)
        let store = try state.open()
        #expect(store.audit.size == 3)
        await store.close()
    }

    @Test(arguments: ["sqlite_master", "migration", "tile", "audit_record"])
    func aDamagedDatabaseIsNamedAndNotOpened(table: String) async throws {
        try await state.fill(3, checkpointAt: [3])
        let connection = try DatabaseQueue(path: state.database)
        let page = try await connection.read {
            try Int.fetchOne($0, sql: "SELECT rootpage FROM sqlite_master WHERE name = ?", arguments: [table])
        }
        let size = try await connection.read { try Int.fetchOne($0, sql: "PRAGMA page_size") }
        try connection.close()
        // Page 1 begins with the file's header, which stays whole.
        let offset = ((page ?? 1) - 1) * (try #require(size)) + (page == nil ? 100 : 0)
        let file = try OpenFile(state.database, O_WRONLY, action: "damage")
        let garbage = [UInt8](repeating: 0xFF, count: 64)
        #expect(pwrite(file.descriptor, garbage, garbage.count, off_t(offset)) == garbage.count)
        let error = #expect(throws: HoldfastError.self) { _ = try state.open() }
        #expect(error?.code == .databaseFailed && error?.message.contains("\(state.database) is damaged") == true)
        #expect(error?.hint?.contains("backup") == true && error?.hint?.contains("audit verify") == false)
    }
}
