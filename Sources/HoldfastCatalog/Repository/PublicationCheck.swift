import HoldfastCore
import HoldfastStore

/// What an operator's signed targets may change. Signatures are looked at elsewhere: a key is no leave to publish nonsense.
struct PublicationCheck {
    let old: TUFTargets?
    let new: TUFTargets
    /// By target path.
    let manifests: [String: [UInt8]]

    enum Step { case publish, withdraw, keep }

    private func refusal(_ why: String) -> HoldfastError {
        HoldfastError(.metadataInvalid, "The publication is refused: \(why).", hint: "holdfast catalog list, then try again")
    }

    /// - Parameter name: the version that the request is about; nil for a step that changes none.
    /// - Returns: manifests that are new, parsed.
    func check(_ step: Step, name: ModelName?, blob: @Sendable (SHA256Digest) async throws -> CatalogBlob?) async throws -> [Manifest] {
        let before = try old?.publications() ?? [:]
        let after = try new.publications()
        if let gone = before.keys.first(where: { after[$0] == nil }) {
            throw refusal("'\(gone)' is no longer among the targets; versions are yanked or revoked")
        }
        var added: [Manifest] = []
        for (path, publication) in after.sorted(by: { $0.key < $1.key }) {
            let known = before[path]
            if known == publication, old?.targets[path] == new.targets[path] { continue }
            guard let name, publication.name == name.name, publication.version == name.tag else {
                throw refusal("it changes '\(path)', which the request does not speak of")
            }
            switch step {
            case .keep: throw refusal("it changes '\(path)', and should change none")
            case .withdraw: try checkWithdrawal(path, from: known, to: publication)
            case .publish:
                guard known == nil else {
                    throw HoldfastError(
                        .modelExists, "Version \(publication.version) of \(publication.name) is published; a version never changes.",
                        hint: "holdfast catalog publish with another --version", field: "version")
                }
                try checkCounter(publication, before)
                added.append(try await manifest(path, publication, blob))
            }
        }
        return added
    }

    private func checkWithdrawal(_ path: String, from known: Publication?, to publication: Publication) throws {
        guard let known, let target = old?.targets[path], let next = new.targets[path], target.hashes == next.hashes,
            target.length == next.length
        else {
            throw refusal("a withdrawal leaves the manifest of '\(path)' as it is")
        }
        guard publication.state != .published, known.state != .revoked else {
            throw refusal("'\(path)' is \(known.state.rawValue), and cannot become \(publication.state.rawValue)")
        }
        var same = publication
        (same.state, same.reason) = (known.state, known.reason)
        guard same == known else { throw refusal("a withdrawal changes nothing else of '\(path)'") }
    }

    private func checkCounter(_ publication: Publication, _ before: [String: Publication]) throws {
        let newest = before.values.filter { $0.kind == publication.kind && $0.name == publication.name }.map(\.releaseCounter).max() ?? 0
        guard publication.releaseCounter > newest else {
            throw refusal("the release counter of \(publication.name) is at \(newest), and this one has \(publication.releaseCounter)")
        }
        guard publication.state == .published else { throw refusal("a new version begins as published") }
    }

    private func manifest(
        _ path: String, _ publication: Publication, _ blob: @Sendable (SHA256Digest) async throws -> CatalogBlob?
    ) async throws -> Manifest {
        guard let bytes = manifests[path], let target = new.targets[path], target.length == bytes.count,
            target.hashes == TUFHashes(of: bytes)
        else {
            throw refusal("the manifest of '\(path)' is not with it, or is not the one that was signed")
        }
        let manifest = try Manifest(parsing: bytes)
        guard Publication(manifest) == publication else { throw refusal("the manifest at '\(path)' is of another version") }
        for variant in manifest.variants {
            let id = manifest.id(of: variant)
            guard let known = try await blob(variant.digest), known.size == variant.size else {
                throw HoldfastError(
                    .modelNotFound, "The file of '\(id)' (\(variant.digest.short)) was not uploaded.",
                    hint: "holdfast catalog publish FILE uploads it")
            }
            guard try StoredVariant(variant) == StoredVariant(bytes: known.variant) else {
                throw HoldfastError(
                    .manifestInvalid, "The manifest says of '\(id)' what its file does not: format, quantization or chunks are others.")
            }
        }
        return manifest
    }
}
