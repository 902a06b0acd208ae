import HoldfastCore
import HoldfastCrypto
import HoldfastStore
import HoldfastTestSupport
import Testing

@testable import HoldfastCatalog

/// What every implementation of ``CatalogStorage`` must do. A new one is a new case here.
enum StorageKind: String, CaseIterable, CustomTestStringConvertible {
    case embedded
    var testDescription: String { rawValue }

    func open(_ folder: String) throws -> any CatalogStorage {
        switch self {
        case .embedded: try EmbeddedStorage(state: folder)
        }
    }
}

@Suite struct CatalogStorageSuite {
    private let folder: String
    private let record = CatalogEvents.record("test", at: 1)

    init() throws { folder = try TemporaryFolder.make() + "/state" }

    private func with(_ kind: StorageKind, _ body: (any CatalogStorage) async throws -> Void) async throws {
        let storage = try kind.open(folder)
        do { try await body(storage) } catch {
            await storage.close()
            throw error
        }
        await storage.close()
    }

    @Test(arguments: StorageKind.allCases)
    func `A change is there as a whole, also after it was opened anew`(kind: StorageKind) async throws {
        try await with(kind) { storage async throws in
            var change = CatalogChange()
            change.metadata = ["1.root.json": [1, 0, 255], "timestamp.json": [2]]
            change.targets = ["models/a/x.1.json": [3]]
            change.directors = [CatalogDirector(node: "b", version: 1, bytes: [4]), CatalogDirector(node: "a", version: 7, bytes: [5])]
            try await storage.apply(change, record: record)
            change = CatalogChange()
            change.metadata = ["timestamp.json": [9]]
            change.removedTargets = ["models/a/x.1.json"]
            change.directors = [CatalogDirector(node: "b", version: 2, bytes: [6])]
            try await storage.apply(change, record: record)
        }
        try await with(kind) { storage async throws in
            #expect(try await storage.metadata() == ["1.root.json": [1, 0, 255], "timestamp.json": [9]])
            #expect(try await storage.metadata(named: "timestamp.json") == [9])
            #expect(try await storage.metadata(named: "2.root.json") == nil)
            #expect(try await storage.targetPaths().isEmpty)
            #expect(try await storage.director("a")?.version == 7)
            #expect(try await storage.directors().map(\.version) == [7, 2])
            #expect(try await storage.director("c") == nil)
        }
    }

    @Test(arguments: StorageKind.allCases)
    func `An upload is there once it is finished, and goes when nothing has it any more`(kind: StorageKind) async throws {
        try await with(kind) { storage async throws in
            let bytes: [UInt8] = Array("a file".utf8)
            let digest = try #require(SHA256Digest(bytes: SHA256.hash(bytes)))
            for _ in 0..<2 {
                let staged = try storage.stage(expectedSize: Int64(bytes.count))
                try await staged.append(bytes)
                #expect(try await staged.finish() == digest)
                try await storage.finish(staged, CatalogBlob(digest: digest, size: 6, variant: [1], time: 0), record: record)
            }
            #expect(try await storage.blobs().map(\.digest) == [digest])
            #expect(try storage.open(digest).read(at: 2, count: 10) == Array("file".utf8))
            #expect(try await storage.collectFiles().files == 0)
            var change = CatalogChange()
            change.removedBlobs = [digest]
            try await storage.apply(change, record: record)
            #expect(try await storage.blob(digest) == nil)
            #expect(try await storage.collectFiles() == (1, 6))
            #expect(throws: HoldfastError.self) { try storage.open(digest) }
        }
    }

    @Test(arguments: StorageKind.allCases)
    func `Tokens are kept by their hash`(kind: StorageKind) async throws {
        try await with(kind) { storage async throws in
            let token = AccessToken(
                name: "ops", hash: [UInt8](repeating: 1, count: 32), role: "operator", creatorUID: 0, created: 1, expires: 9_999_999_999_999
            )
            #expect(try await storage.addToken(token, record: record) == [token])
            #expect(try await storage.tokens() == [token])
            #expect(try await storage.removeToken("ops", record: record).isEmpty)
            await #expect(throws: HoldfastError.self) { try await storage.removeToken("ops", record: record) }
        }
    }

    @Test
    func `A node's state is no catalog's, nor the other way round`() async throws {
        let storage = try EmbeddedStorage(state: folder)
        await storage.close()
        let error = try #require(throws: HoldfastError.self) { try NodeStore.open(StoreOptions(stateDirectory: folder)) }
        #expect(error.code == .configurationInvalid)
        let node = try NodeStore.open(StoreOptions(stateDirectory: folder + ".node"))
        await node.close()
        #expect(throws: HoldfastError.self) { try EmbeddedStorage(state: folder + ".node") }
    }
}
