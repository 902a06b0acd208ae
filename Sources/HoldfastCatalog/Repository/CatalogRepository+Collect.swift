import HoldfastAPI
import HoldfastCore
import HoldfastStore

extension CatalogRepository {
    /// What nothing published names goes: files of models, manifests, and metadata that no client still asks for. Of what is revoked the file goes
    /// too; its manifest stays, since nodes must learn of it.
    /// - Parameter grace: milliseconds for which an upload is kept that is not published yet.
    func collect(grace: Int64, at time: Int64, record: AuditRecord) async throws -> CollectedBody {
        let files = try await storage.metadata()
        var change = CatalogChange()
        var used: Set<SHA256Digest> = []
        var paths: Set<String> = []
        if !files.isEmpty {
            let repository = try TUFRepository(files: files)
            for target in repository.targets()?.targets.values ?? [:].values {
                let location = try target.location(consistent: true)
                paths.insert(location)
                guard try Publication(target).state != .revoked, let bytes = try await storage.target(location) else { continue }
                used.formUnion(try Manifest(parsing: bytes).variants.map(\.digest))
            }
            change.removedMetadata = Self.outdated(files.keys, repository)
        }
        change.removedTargets = try await storage.targetPaths().filter { !paths.contains($0) }
        change.removedBlobs = try await storage.blobs().filter { !used.contains($0.digest) && $0.time <= time - grace }.map(\.digest)
        try await storage.apply(change, record: record)
        let removed = try await storage.collectFiles()
        return CollectedBody(
            files: removed.files, bytes: removed.bytes, documents: change.removedMetadata.count + change.removedTargets.count)
    }

    /// A client in the middle of an update may still ask for the versions before the newest. Roots are never outdated.
    private static func outdated(_ names: some Sequence<String>, _ repository: TUFRepository) -> [String] {
        let newest = ["snapshot": repository.snapshot?.header.version ?? 0, "targets": repository.targets()?.header.version ?? 0]
        return names.filter { name in
            let parts = name.split(separator: ".")
            guard parts.count == 3, let version = Int(parts[0]), let known = newest[String(parts[1])] else { return false }
            return version < known - 1
        }
    }
}
