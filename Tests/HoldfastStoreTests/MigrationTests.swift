import Foundation
import GRDB
import HoldfastCore
import Testing

@testable import HoldfastStore

@Suite struct MigrationTests {
    private let state = try! TemporaryState()

    private func schema(_ connection: DatabaseQueue) throws -> [String] {
        try connection.read { try String.fetchAll($0, sql: "SELECT type || name || ifnull(sql, '') FROM sqlite_master ORDER BY name") }
    }

    private func migrated(_ name: String, _ rounds: [ArraySlice<Migration>]) throws -> [String] {
        let connection = try Connections.writer("\(state.folder)/\(name).db")
        for steps in rounds { try Migrator(steps: Array(steps), now: 1).migrate(connection) }
        return try schema(connection)
    }

    @Test func steppingGivesTheWholeSchema() throws {
        let whole = try migrated("whole", [Migration.all[...]])
        let stepped = try migrated("stepped", Migration.all.indices.map { Migration.all[...$0] })
        #expect(whole == stepped)
        #expect(whole.contains { $0.hasPrefix("tableaudit_record") })
    }

    @Test func aSecondRunIsHarmless() throws {
        #expect(try migrated("twice", [Migration.all[...], Migration.all[...]]) == migrated("once", [Migration.all[...]]))
    }

    @Test func versionsAreThoseOfTheFiles() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().resolvingSymlinksInPath()
            .appendingPathComponent("../../migrations/node").standardized
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(files == Migration.all.map { "\($0.version < 10 ? "000" : "00")\($0.version)-\($0.name).sql" })
        #expect(Migration.all.map(\.version) == Array(1...files.count))
        for (file, step) in zip(files, Migration.all) {
            #expect(try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8) == step.sql)
        }
    }

    @Test func theHeaderSaysWhatTheFileIs() throws {
        let connection = try Connections.writer("\(state.folder)/header.db")
        try Migrator(steps: Migration.all, now: 1).migrate(connection)
        let pragmas = [
            "application_id": 0x4846_4E44, "user_version": Migration.all.last?.version ?? 0, "auto_vacuum": 2,
            "synchronous": 2, "secure_delete": 1,
        ]
        for (pragma, value) in pragmas {
            #expect(try connection.read { try Int.fetchOne($0, sql: "PRAGMA \(pragma)") } == value, "\(pragma)")
        }
        #expect(try connection.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
    }

    @Test func aNewerDatabaseIsRefused() async throws {
        await (try state.open()).close()
        try state.tamper("INSERT INTO migration VALUES (\((Migration.all.last?.version ?? 0) + 1), 'later', 'x', 0)")
        let error = #expect(throws: HoldfastError.self) { _ = try state.open() }
        #expect(error?.code == .databaseTooNew)
        let newest = Migration.all.count
        #expect(error?.message.contains("at step \(newest + 1), and this build knows steps up to \(newest).") == true)
    }

    @Test func aChangedStepIsRefused() async throws {
        await (try state.open()).close()
        try state.tamper("UPDATE migration SET checksum = 'x' WHERE version = 2")
        #expect(await code { _ = try state.open() } == .databaseFailed)
    }

    @Test func aForeignDatabaseIsRefused() async throws {
        try FileManager.default.createDirectory(
            atPath: state.path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        try state.tamper("CREATE TABLE theirs (x)")
        #expect(await code { _ = try state.open() } == .databaseFailed)
    }

    @Test func aStepThatFailsLeavesNothing() throws {
        let connection = try Connections.writer("\(state.folder)/failing.db")
        let broken = Migration(
            version: (Migration.all.last?.version ?? 0) + 1, name: "broken", Array("CREATE TABLE half (x); CREATE TABLE half (x);".utf8))
        #expect(throws: HoldfastError.self) { try Migrator(steps: Migration.all + [broken], now: 1).migrate(connection) }
        #expect(try connection.read { try $0.tableExists("half") } == false)
        #expect(try connection.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == Migration.all.last?.version)
    }
}
