import FoundationEssentials
import HoldfastAPI
import HoldfastCore

/// What the catalog says it has, verified from the operator's own root on: a catalog that was taken over cannot have another signed.
struct CatalogState {
    var repository: TUFRepository
    let body: RepositoryBody

    /// - Throws: ``HoldfastError`` `metadata_unsigned` and its like when the catalog's word does not hold.
    static func load(_ client: CatalogClient, _ keys: OperatorKeys) async throws -> CatalogState {
        guard let trusted = try keys.root() else {
            throw HoldfastError(
                .fileUnreadable, "There is no trusted root in \(keys.folder).", hint: "holdfast catalog init makes one; or --keys DIR")
        }
        let body = try await client.fetch(RepositoryBody.self, .catalogRepository).body
        guard !body.metadata.isEmpty else {
            throw HoldfastError(
                .metadataInvalid, "The catalog has no root yet, and this folder has one: it is another catalog, or lost everything.",
                hint: "holdfast catalog restore")
        }
        var repository = try TUFRepository(trusting: trusted)
        while let next = body.metadata[TUFMetadataFile.name(of: "root", version: repository.root.header.version + 1)] {
            try repository.accept(root: Array(next))
        }
        for (name, bytes) in body.metadata where name.hasSuffix(".targets.json") { try repository.accept(targets: Array(bytes)) }
        let name = TUFMetadataFile.name(of: "root", version: repository.root.header.version)
        if let newest = repository.files[name], newest != trusted { try keys.keep(root: newest) }
        return CatalogState(repository: repository, body: body)
    }

    /// Targets that say something else, above every version that was ever signed, good for so many days.
    mutating func setTargets(_ keys: OperatorKeys, days: Int, now: Int64, change: (inout TUFTargets) throws -> Void) throws -> Data {
        let listed = Set(repository.root.keys(of: .targets).keyIDs)
        let signers = try keys.signers(.targets).filter { listed.contains($0.key.id) }
        let least = (body.signer?.versions["targets"] ?? 0) + 1
        try repository.setTargets(expires: TUFTime(seconds: now / 1000).adding(days: days), signers: signers) { targets in
            targets.header.version = max(targets.header.version, least)
            try change(&targets)
        }
        return Data(try file("targets", repository.targets()?.header.version ?? 1))
    }

    func file(_ role: String, _ version: Int) throws -> [UInt8] {
        guard let bytes = repository.files[TUFMetadataFile.name(of: role, version: version)] else {
            throw HoldfastError(.internalError, "The new \(role) metadata is not where it should be.")
        }
        return bytes
    }

    func manifest(_ path: String) throws -> Manifest {
        guard let target = repository.targets()?.targets[path], let data = body.manifests[path], target.hashes == TUFHashes(of: Array(data))
        else {
            throw HoldfastError(.targetCorrupt, "The catalog's manifest '\(path)' is not the one that was published.")
        }
        return try Manifest(parsing: Array(data))
    }

    /// The publication of NAME:VERSION, or, without a version, the newest.
    func publication(_ name: ModelName, isVersionSaid: Bool) throws -> Publication {
        let all = try repository.targets()?.publications().values.filter { $0.name == name.name } ?? []
        let found = isVersionSaid ? all.first { $0.version == name.tag } : all.max { $0.releaseCounter < $1.releaseCounter }
        guard let found else {
            throw HoldfastError(
                .modelNotFound, "The catalog has no '\(isVersionSaid ? name.description : name.name)'.", hint: "holdfast catalog list")
        }
        return found
    }
}
