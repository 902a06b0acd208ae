import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastStore
import Hummingbird

/// `POST /holdfast/v1/engine-versions?name=…`: the body is a tar archive.
struct EngineInstallHandler: OperationHandler {
    struct Input: Sendable {
        let name: String
        let digest: SHA256Digest?
        let body: RequestBody
    }

    let operation = HoldfastAPI.Operation.engineInstall
    let node: Node

    private static let stall: Duration = .seconds(60)

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let query = request.uri.queryParameters
        guard let name = query[EngineInstallKey.name[...]].map(String.init) else {
            throw HoldfastError(.invalidRequest, "The request must say the engine's 'name'.", field: EngineInstallKey.name)
        }
        try EngineName.check(name)
        let digest = try query[EngineInstallKey.digest[...]].map { try SHA256Digest(parsing: String($0)) }
        return Input(name: name, digest: digest, body: request.body)
    }

    func resources(of input: Input) -> [Resource] { [.node] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        let shelf = node.store.engines
        let staged = try shelf.stage(
            reserve: node.configuration.reserveBytes, forAnotherUser: node.configuration.confinement.user != nil)
        try await receive(input, into: staged)
        let (digest, files) = try await offPool { try staged.finish() }
        if let wanted = input.digest, wanted != digest {
            throw HoldfastError(
                .archiveInvalid, "The archive is not the one that was asked for: its digest is \(digest).",
                hint: "sha256sum of the tar archive, uncompressed, is its digest", field: EngineInstallKey.digest)
        }
        let program = try files.program()
        // Tried where it was unpacked: what does not run never gets a place.
        let unpacked = try await offPool { [locator = node.inventory.locator] in
            try locator.installed(at: staged.folder, program: program.path, version: "unknown")
        }
        let version = try await node.trial.version(of: unpacked)
        let build = InstalledEngine(
            digest: digest, name: input.name, version: version, program: program, files: files, installed: node.trail.time)
        let isNew = node.inventory.selection.build(digest) == nil
        if let other = node.inventory.selection.builds.first(where: { $0.name == input.name }), other.digest != digest {
            throw HoldfastError(
                .engineExists, "The name '\(input.name)' belongs to another engine (\(other.digest.short)).",
                hint: "choose another --name, or first run: holdfast engine remove \(input.name)", field: "name")
        }
        try await offPool { try staged.publish(build) }
        var record = node.trail.record(of: call)
        record.resource = AuditResource(kind: "engine", name: input.name, digest: digest)
        record.parameters = ["bytes": files.bytes, "files": Int64(files.files.count)]
        let selection = try await commit(build, record)
        node.inventory.select(selection)
        let info = try await offPool { [inventory = node.inventory] in EngineVersionInfo(build, inventory) }
        return Answer(try .json(EngineInstalledBody(engine: info, created: isNew)), recorded: .written)
    }

    private func commit(_ build: InstalledEngine, _ record: AuditRecord) async throws -> EngineSelection {
        do {
            return try await node.store.commit { transaction in
                let selection = try transaction.addEngine(build)
                try transaction.append(record)
                return selection
            }
        } catch {
            if node.inventory.selection.build(build.digest) == nil { try? node.store.engines.remove(build.digest) }
            throw error
        }
    }

    private func receive(_ input: Input, into staged: StagedEngine) async throws {
        let watch = StallWatch(limit: Self.stall)
        try await watch.run {
            var body = input.body.makeAsyncIterator()
            while true {
                let buffer: RequestBody.Element?
                do { buffer = try await body.next() } catch let error where !(error is CancellationError) {
                    throw HoldfastError(
                        .uploadIncomplete, "The upload ended after \(staged.received) bytes.",
                        hint: "holdfast engine install FILE --name \(input.name)", cause: error)
                }
                guard let buffer else { return }
                watch.progressed()
                try buffer.withUnsafeReadableBytes { try staged.append($0) }
            }
        }
    }
}
