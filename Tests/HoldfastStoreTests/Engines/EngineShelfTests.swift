import Foundation
import HoldfastCore
import HoldfastCrypto
import Testing

@testable import HoldfastStore

@Suite("Installed engines")
struct EngineShelfTests {
    private static func member(_ path: String, _ content: String, executable: Bool = false) -> [UInt8] {
        TarWriter.header(path, size: Int64(content.utf8.count), time: 0, isExecutable: executable) + Array(content.utf8)
            + TarWriter.padding(after: Int64(content.utf8.count))
    }

    private static func archive(_ version: String) -> [UInt8] {
        member("bin/llama-server", "engine \(version)", executable: true) + member("lib/libx.so", "library") + TarWriter.end
    }

    private static func install(_ archive: [UInt8], as name: String, in store: NodeStore) async throws -> InstalledEngine {
        let staged = try store.engines.stage(reserve: 0)
        try archive.withUnsafeBytes { try staged.append($0) }
        let (digest, files) = try staged.finish()
        let build = InstalledEngine(digest: digest, name: name, version: "1", program: try files.program(), files: files, installed: 5)
        try staged.publish(build)
        _ = try await store.commit { try $0.addEngine(build) }
        return build
    }

    private static func entries(_ state: TemporaryState) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: state.path + "/engines")) ?? []).sorted()
    }

    @Test("are unpacked under their digest, readable for all, and listed after a restart")
    func install() async throws {
        let state = try TemporaryState()
        var store = try state.open()
        let archive = Self.archive("a")
        let build = try await Self.install(archive, as: "a", in: store)
        #expect(build.digest.bytes == SHA256.hash(archive))
        let folder = store.engines.folder(of: build.digest)
        #expect(try String(contentsOfFile: folder + "/bin/llama-server", encoding: .utf8) == "engine a")
        func mode(_ path: String) throws -> Int {
            (try FileManager.default.attributesOfItem(atPath: folder + path)[.posixPermissions] as? NSNumber)?.intValue ?? 0
        }
        #expect(try mode("") == 0o755 && mode("/bin") == 0o755)
        #expect(try mode("/bin/llama-server") == 0o555 && mode("/lib/libx.so") == 0o444)
        await store.close()
        store = try state.open()
        #expect(try await store.engines.selection() == EngineSelection(builds: [build]))
        try store.engines.verify(build)
        // The same archive again is no second one.
        _ = try await Self.install(archive, as: "a", in: store)
        #expect(Self.entries(state) == [build.digest.hex])
        await store.close()
    }

    @Test("one whose file was changed, exchanged or removed is not run")
    func changed() async throws {
        let state = try TemporaryState()
        let store = try state.open()
        let build = try await Self.install(Self.archive("a"), as: "a", in: store)
        let library = store.engines.folder(of: build.digest) + "/lib/libx.so"
        let good = try Data(contentsOf: URL(filePath: library))
        for bad in [Data("libraRy".utf8), Data("library with more".utf8)] {
            try FileManager.default.removeItem(atPath: library)
            try bad.write(to: URL(filePath: library))
            #expect(await code { try store.engines.verify(build) } == .engineUntrusted)
        }
        try FileManager.default.removeItem(atPath: library)
        #expect(await code { try store.engines.verify(build) } == .engineUntrusted)
        try good.write(to: URL(filePath: library))
        try store.engines.verify(build)
        try store.engines.remove(build.digest)
        #expect(await code { try store.engines.verify(build) } == .engineMissing)
        await store.close()
    }

    @Test(
        "an archive that cannot be one leaves nothing behind",
        arguments: [
            member("bin/llama-server", "x") + TarWriter.end,
            member("a/llama-server", "x", executable: true) + member("b/llama-server", "x", executable: true) + TarWriter.end,
            member("bin/llama-server", "x", executable: true) + member("bin/llama-server", "y", executable: true) + TarWriter.end,
            member("bin", "x") + member("bin/llama-server", "x", executable: true) + TarWriter.end,
            member("bin/llama-server", "x", executable: true),
            Array("no archive at all".utf8),
        ])
    func refused(archive: [UInt8]) async throws {
        let state = try TemporaryState()
        let store = try state.open()
        #expect(await code { _ = try await Self.install(archive, as: "a", in: store) } == .archiveInvalid)
        #expect(Self.entries(state) == [])
        await store.close()
    }

    @Test("the choice is kept, a rollback goes back and forth, and what it needs cannot be removed")
    func choice() async throws {
        let state = try TemporaryState()
        var store = try state.open()
        let a = try await Self.install(Self.archive("a"), as: "a", in: store)
        let b = try await Self.install(Self.archive("b"), as: "b", in: store)
        #expect(await code { _ = try await store.commit { try $0.rollBackEngine() } } == .engineNotFound)
        _ = try await store.commit { try $0.choose(.installed(a.digest)) }
        #expect(try await store.commit { try $0.choose(.installed(b.digest)) }.previous == .installed(a.digest))
        for digest in [a.digest, b.digest] {
            #expect(await code { _ = try await store.commit { try $0.removeEngine(digest) } } == .engineInUse)
        }
        #expect(try await store.commit { try $0.rollBackEngine() }.choice == .installed(a.digest))
        await store.close()
        store = try state.open()
        #expect(try await store.engines.selection().choice == .installed(a.digest))
        #expect(try await store.commit { try $0.rollBackEngine() }.choice == .installed(b.digest))
        _ = try await store.commit { try $0.choose(.automatic) }
        #expect(try await store.commit { try $0.removeEngine(a.digest) }.builds == [b])
        await store.close()
    }

    @Test("a name belongs to one engine")
    func names() async throws {
        let state = try TemporaryState()
        let store = try state.open()
        _ = try await Self.install(Self.archive("a"), as: "x", in: store)
        #expect(await code { _ = try await Self.install(Self.archive("b"), as: "x", in: store) } == .engineExists)
        await store.close()
    }
}
