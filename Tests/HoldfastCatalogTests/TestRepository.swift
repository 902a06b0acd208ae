import Foundation
import HoldfastAPI
import HoldfastCore
import HoldfastCrypto
import HoldfastStore
import HoldfastTestSupport
import Synchronization

@testable import HoldfastCatalog
@testable import HoldfastSigner

/// A repository with a signer on a thread of its own, an operator's keys, and a clock that a test moves.
final class TestRepository: Sendable {
    let storage: any CatalogStorage
    let repository: CatalogRepository
    let root: TUFEd25519Signer
    let targets: TUFEd25519Signer
    private let clock: Clock
    let record = CatalogEvents.record("test", at: 1)

    /// Milliseconds since 1970.
    private final class Clock: Sendable {
        let now = Mutex<Int64>(1_795_521_600_000)
    }

    init() throws {
        let folder = try TemporaryFolder.make()
        let clock = Clock()
        self.clock = clock
        storage = try EmbeddedStorage(state: folder + "/state") { clock.now.withLock { $0 } }
        let signer = try Signer(state: folder + "/signer") { clock.now.withLock { $0 } / 1000 }
        let server = try SignerServer(socket: folder + "/signer.sock", uids: [geteuid()], group: nil, signer: signer)
        // It serves until the process of the tests ends.
        Thread.detachNewThread {
            var server = server
            server.run()
        }
        repository = CatalogRepository(storage: storage, signer: SignerClient(path: folder + "/signer.sock")) { clock.now.withLock { $0 } }
        root = TUFEd25519Signer(try Ed25519PrivateKey())
        targets = TUFEd25519Signer(try Ed25519PrivateKey())
    }

    func advance(days: Int) { clock.now.withLock { $0 += Int64(days) * 86_400_000 } }
    var time: TUFTime { TUFTime(seconds: clock.now.withLock { $0 } / 1000) }

    /// Version 1 of everything.
    func begin() async throws {
        let status = try repository.signer.status()
        var first = TUFRoot(
            expires: time.adding(days: 365),
            roles: [
                .root: ([root.key], 1), .targets: ([targets.key], 1), .snapshot: (status.keys[.snapshot] ?? [], 1),
                .timestamp: (status.keys[.timestamp] ?? [], 1),
            ])
        first.setDirectorKeys(status.keys[.director] ?? [])
        var made = try TUFRepository(root: first, signers: [root])
        try made.setTargets(expires: time.adding(days: 365), signers: [targets])
        let body = PublicationBody(root: Data(made.files["1.root.json"] ?? []), targets: Data(made.files["1.targets.json"] ?? []))
        _ = try await repository.publish(body, .keep, name: nil, record: record)
    }

    /// Targets signed by the operator, or by somebody else.
    func signed(by signer: TUFEd25519Signer? = nil, _ change: (inout TUFTargets) throws -> Void) async throws -> Data {
        var next = try TUFRepository(files: try await storage.metadata())
        try next.setTargets(expires: time.adding(days: 365), signers: [signer ?? targets], change: change)
        return Data(next.files["\(next.targets()?.header.version ?? 0).targets.json"] ?? [])
    }

    /// A small model, uploaded, and its manifest.
    func upload(_ name: String, _ version: String, counter: Int64) async throws -> Manifest {
        let bytes = TestModel.bytes(name: "\(name) \(version)")
        let staged = try storage.stage(expectedSize: Int64(bytes.count))
        try await staged.append(bytes)
        _ = try await staged.finish()
        let variant = try UploadHandler.describe(staged.contents(), isModel: true)
        let blob = CatalogBlob(digest: variant.digest, size: variant.size, variant: try StoredVariant(variant).bytes(), time: 0)
        try await storage.finish(staged, blob, record: record)
        return Manifest(
            name: name, version: version, releaseCounter: counter, task: "chat", licence: Manifest.Licence(text: "L"), variants: [variant])
    }

    func publish(_ manifest: Manifest, signer: TUFEd25519Signer? = nil, as name: String? = nil) async throws -> PublishedBody {
        let bytes = try manifest.serialized()
        let publication = Publication(manifest)
        let body = PublicationBody(
            targets: try await signed(by: signer) { $0.set(publication.target(bytes)) }, manifests: [publication.path: Data(bytes)])
        return try await repository.publish(
            body, .publish, name: try ModelName(parsing: name ?? "\(manifest.name):\(manifest.version)"), record: record)
    }

    func withdraw(_ manifest: Manifest, _ state: Publication.State) async throws {
        var publication = Publication(manifest)
        publication.state = state
        let next = publication
        let body = PublicationBody(
            targets: try await signed { targets in
                guard let known = targets.targets[next.path] else { return }
                targets.set(next.target(like: known))
            })
        _ = try await repository.publish(
            body, .withdraw, name: try ModelName(parsing: "\(manifest.name):\(manifest.version)"), record: record)
    }
}
