import Foundation
import HoldfastAPI
import HoldfastCore
import HoldfastCrypto
import HoldfastStore
import Testing

@testable import HoldfastCatalog

@Suite struct PublicationTests {
    private let catalog: TestRepository

    init() throws { catalog = try TestRepository() }

    private func code(_ work: () async throws -> Void) async -> HoldfastError.Code? {
        do {
            try await work()
            return nil
        } catch { return (error as? HoldfastError)?.code ?? .internalError }
    }

    @Test
    func `What is published is served under its hash, and found again`() async throws {
        try await catalog.begin()
        let manifest = try await catalog.upload("a", "1", counter: 1)
        let versions = try await catalog.publish(manifest).versions
        #expect(versions == ["root": 1, "targets": 2, "snapshot": 2, "timestamp": 2])
        let repository = try TUFRepository(files: try await catalog.storage.metadata())
        let target = try #require(repository.targets()?.targets["models/a/1.json"])
        let bytes = try #require(try await catalog.storage.target(target.location(consistent: true)))
        #expect(try Manifest(parsing: bytes) == manifest)
    }

    @Test
    func `Another key publishes nothing, and neither does the right key under another name`() async throws {
        try await catalog.begin()
        let manifest = try await catalog.upload("a", "1", counter: 1)
        let stranger = TUFEd25519Signer(try Ed25519PrivateKey())
        #expect(await code { _ = try await catalog.publish(manifest, signer: stranger) } == .metadataUnsigned)
        #expect(await code { _ = try await catalog.publish(manifest, as: "b:1") } == .metadataInvalid)
        #expect(try TUFRepository(files: try await catalog.storage.metadata()).targets()?.header.version == 1)
    }

    @Test
    func `A version never changes, its counter grows, and its file must be here and be what is said`() async throws {
        try await catalog.begin()
        let first = try await catalog.upload("a", "1", counter: 5)
        _ = try await catalog.publish(first)
        var changed = first
        changed.releaseCounter = 6
        #expect(await code { _ = try await catalog.publish(changed) } == .modelExists)
        let older = try await catalog.upload("a", "2", counter: 5)
        #expect(await code { _ = try await catalog.publish(older) } == .metadataInvalid)
        var missing = try await catalog.upload("a", "3", counter: 6)
        missing.variants[0].digest = try SHA256Digest(parsing: String(repeating: "0", count: 64))
        #expect(await code { _ = try await catalog.publish(missing) } == .modelNotFound)
        var lying = try await catalog.upload("a", "4", counter: 6)
        lying.variants[0].quantization = "Q8_0"
        #expect(await code { _ = try await catalog.publish(lying) } == .manifestInvalid)
    }

    @Test
    func `What is revoked stays so, and nothing published may vanish`() async throws {
        try await catalog.begin()
        let manifest = try await catalog.upload("a", "1", counter: 1)
        _ = try await catalog.publish(manifest)
        try await catalog.withdraw(manifest, .yanked)
        try await catalog.withdraw(manifest, .revoked)
        #expect(await code { try await catalog.withdraw(manifest, .yanked) } == .metadataInvalid)
        #expect(await code { try await catalog.withdraw(manifest, .published) } == .metadataInvalid)
        let gone = PublicationBody(targets: try await catalog.signed { $0.remove("models/a/1.json") })
        for step in [PublicationCheck.Step.publish, .withdraw, .keep] {
            let code = await code {
                _ = try await catalog.repository.publish(gone, step, name: try ModelName(parsing: "a:1"), record: catalog.record)
            }
            #expect(code == .metadataInvalid)
        }
    }

    @Test
    func `Many at once: each builds on the one before, or is told to try again`() async throws {
        try await catalog.begin()
        let manifests = try await [
            catalog.upload("a", "1", counter: 1), catalog.upload("b", "1", counter: 1), catalog.upload("c", "1", counter: 1),
        ]
        let results = await withTaskGroup(of: Bool.self) { group in
            for manifest in manifests { group.addTask { (try? await self.catalog.publish(manifest)) != nil } }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        let published = try TUFRepository(files: try await catalog.storage.metadata()).targets()?.targets.count
        #expect(published == results.count { $0 })
        #expect(results.contains(true))
    }

    @Test
    func `What is signed online is signed anew when a third of its time is left, and not before`() async throws {
        try await catalog.begin()
        let manifest = try await catalog.upload("a", "1", counter: 1)
        _ = try await catalog.publish(manifest)
        _ = try await catalog.repository.direct("gw", DirectorBody(models: [.init(name: "a")]), record: catalog.record)
        let record = catalog.record
        let renew = { [repository = catalog.repository] in try await repository.renew { record } }
        #expect(try await renew() == 0)
        catalog.advance(days: 4)
        #expect(try await renew() == 0)
        catalog.advance(days: 1)
        #expect(try await renew() == 1, "the timestamp, which has two of its seven days left")
        #expect(try await renew() == 0)
        catalog.advance(days: 16)
        #expect(try await renew() == 2, "snapshot and timestamp")
        catalog.advance(days: 50)
        #expect(try await renew() == 3, "also after it expired, and the director document")
        let director = try #require(try await catalog.storage.director("gw"))
        #expect(director.version == 2)
        let root = try TUFRepository(files: try await catalog.storage.metadata()).root
        #expect(try DirectorDocument(verifying: director.bytes, for: "gw", by: root).header.expires == catalog.time.adding(days: 90))
    }

    @Test
    func `Metadata that has expired, or goes back, is not taken`() async throws {
        try await catalog.begin()
        let old = PublicationBody(targets: try await catalog.signed { $0.header.version = 1 })
        #expect(await code { _ = try await catalog.repository.publish(old, .keep, name: nil, record: catalog.record) } == .metadataRollback)
        let late = PublicationBody(targets: try await catalog.signed { $0.header.expires = TUFTime(seconds: 1) })
        #expect(await code { _ = try await catalog.repository.publish(late, .keep, name: nil, record: catalog.record) } == .metadataExpired)
    }
}
