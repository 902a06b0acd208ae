import Foundation
import HoldfastCore
import HoldfastCrypto
import Testing

@testable import HoldfastStore

@Suite struct BlobTests {
    private let state = try! TemporaryState()
    private let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }

    private func put(_ bytes: [UInt8], in store: NodeStore, expected: Int64? = nil) async throws -> SHA256Digest {
        let staged = try store.blobs.stage(expectedSize: expected)
        for start in stride(from: 0, to: bytes.count, by: 70_001) {
            try await staged.append(Array(bytes[start..<min(start + 70_001, bytes.count)]))
        }
        let digest = try await staged.finish()
        _ = try staged.publish()
        return digest
    }

    private var staging: [String] { get throws { try Folder.names(in: state.path + "/blobs/staging") } }

    @Test(arguments: [true, false]) func aBlobHasItsContentUnderItsDigest(_ sizeKnown: Bool) async throws {
        let store = try state.open()
        let digest = try await put(bytes, in: store, expected: sizeKnown ? Int64(bytes.count) : nil)
        #expect(digest == SHA256Digest.sample(bytes))
        #expect(try Data(contentsOf: URL(fileURLWithPath: store.blobs.path(of: digest))) == Data(bytes))
        #expect(try store.blobs.verify(digest) == .ok(try #require(try store.blobs.fingerprint(of: digest))))
        let mode = try FileManager.default.attributesOfItem(atPath: store.blobs.path(of: digest))[.posixPermissions] as? Int
        #expect(mode == 0o444)
        let usage = try store.blobs.usage()
        #expect(usage.files == 1 && usage.bytes == Int64(bytes.count) && usage.staged == 0)
        #expect(try staging.isEmpty)
    }

    @Test func anEmptyFileIsABlobToo() async throws {
        let store = try state.open()
        let digest = try await put([], in: store, expected: 0)
        #expect(try store.blobs.open(digest).size == 0)
    }

    @Test func contentsCanBeReadBeforeTheyArePublished() async throws {
        let staged = try state.open().blobs.stage(expectedSize: nil)
        try await staged.append(Array("GGUF header".utf8))
        _ = try await staged.finish()
        #expect(try staged.contents().read(at: 5, count: 100) == Array("header".utf8))
        #expect(try staged.contents().read(at: 50, count: 1).isEmpty)
    }

    @Test func aWrongSizeIsRefused() async throws {
        let store = try state.open()
        let short = try store.blobs.stage(expectedSize: 10)
        try await short.append([1, 2, 3])
        #expect(await code { _ = try await short.finish() } == .uploadIncomplete)
        let long = try store.blobs.stage(expectedSize: 2)
        #expect(await code { try await long.append([1, 2, 3]) } == .uploadIncomplete)
        let unannounced = try store.blobs.stage(expectedSize: nil)
        try await unannounced.append([1])
        #expect(await code { _ = try await unannounced.finish(expectedSize: 2) } == .uploadIncomplete)
    }

    @Test func whatIsDroppedOrDiscardedLeavesNothing() async throws {
        let store = try state.open()
        do {
            let dropped = try store.blobs.stage(expectedSize: 1000)
            try await dropped.append([1, 2, 3])
            #expect(try staging.count == 1)
        }
        let discarded = try store.blobs.stage(expectedSize: 500)
        discarded.discard()
        #expect(try staging.isEmpty)
        #expect(try store.blobs.usage().staged == 0)
    }

    @Test func halfStagedFilesAreCollectedAtStart() async throws {
        await (try state.open()).close()
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: state.path + "/blobs/staging/abc.part"))
        await (try state.open()).close()
        #expect(try staging.isEmpty)
    }

    @Test func aLinkPlantedInABlobsPlaceIsNotFollowed() async throws {
        let store = try state.open()
        let victim = state.folder + "/victim"
        try Data("precious".utf8).write(to: URL(fileURLWithPath: victim))
        let digest = SHA256Digest.sample(bytes)
        try FileManager.default.createSymbolicLink(atPath: store.blobs.path(of: digest), withDestinationPath: victim)
        #expect(try store.blobs.verify(digest) == .missing)
        #expect(await code { _ = try store.blobs.open(digest) } == .modelCorrupt)
        #expect(try await put(bytes, in: store) == digest)
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "precious")
        #expect(try store.blobs.open(digest).size == UInt64(bytes.count))
    }

    @Test func aFlippedBitIsFoundAndAddingAgainRepairsIt() async throws {
        let store = try state.open()
        let digest = try await put(bytes, in: store)
        let path = store.blobs.path(of: digest)
        let before = try store.blobs.fingerprint(of: digest)
        var broken = bytes
        broken[2_000_000] ^= 1
        try FileManager.default.removeItem(atPath: path)
        try Data(broken).write(to: URL(fileURLWithPath: path))
        #expect(try store.blobs.verify(digest) == .corrupt(actual: .sample(broken)))
        #expect(try store.blobs.fingerprint(of: digest) != before)
        _ = try await put(bytes, in: store)
        guard case .ok = try store.blobs.verify(digest) else { return #expect(Bool(false), "not repaired") }
        #expect(try store.blobs.delete(digest) && !store.blobs.delete(digest))
        #expect(try store.blobs.verify(digest) == .missing)
    }

    @Test func quotaAndReserveBoundUploads() async throws {
        let store = try state.open(quota: 4_000_000)
        _ = try await put(bytes, in: store)
        #expect(await code { _ = try store.blobs.stage(expectedSize: 1_000_001) } == .quotaExceeded)
        let fits = try store.blobs.stage(expectedSize: 900_000)
        #expect(await code { _ = try store.blobs.stage(expectedSize: 200_000) } == .quotaExceeded)
        fits.discard()
        let unannounced = try store.blobs.stage(expectedSize: nil)
        #expect(await code { try await unannounced.append(bytes) } == .quotaExceeded)
        await store.close()
        #expect(await code { _ = try state.open(reserve: .max / 2).blobs.stage(expectedSize: 1) } == .diskFull)
    }

    @Test func anAbandonedUploadIsTheNextCollections() async throws {
        let store = try state.open()
        let staged = try store.blobs.stage(expectedSize: nil)
        try await staged.append(bytes)
        let digest = try await staged.finish()
        _ = try staged.publish()
        #expect(try store.blobs.collect(keeping: []).files == 0)
        staged.discard()
        #expect(try store.blobs.collect(keeping: [digest]).files == 0)
        #expect(try store.blobs.collect(keeping: []) == CollectedBlobs(files: 1, bytes: Int64(bytes.count)))
    }

    @Test func pruningTakesOnlyWhatNobodyNeeds() async throws {
        let store = try state.open()
        let named = try await put(Array("named".utf8), in: store)
        try await store.commit {
            _ = try $0.addModel(name: ModelName("m"), digest: named, size: 5, description: .sample, fingerprint: .sample)
        }
        let loaded = SHA256Digest.sample("loaded")
        let stray = SHA256Digest.sample("stray")
        for digest in [loaded, stray] { try Data(digest.bytes).write(to: URL(fileURLWithPath: store.blobs.path(of: digest))) }
        await store.close()
        let again = try state.open()
        let pinned = try await put(Array("just added".utf8), in: again)
        #expect(try await again.prune(keeping: [loaded]) == CollectedBlobs(files: 1, bytes: 32))
        for digest in [named, loaded, pinned] { #expect(try again.blobs.fingerprint(of: digest) != nil) }
        #expect(try again.blobs.fingerprint(of: stray) == nil)
        try await again.commit {
            _ = try $0.addModel(name: ModelName("p"), digest: pinned, size: 10, description: .sample, fingerprint: .sample)
            _ = try $0.removeName(ModelName("p"))
        }
        #expect(try await again.prune(keeping: [loaded]).files == 1)
        #expect(try staging.isEmpty)
    }
}

extension SHA256Digest {
    static func sample(_ bytes: [UInt8]) -> SHA256Digest { SHA256Digest(bytes: SHA256.hash(bytes))! }
}
