import HoldfastCore
import HoldfastStore

/// The gate before a model runs: its file is the one that was verified, or it is verified again.
struct VerifiedBlob: Sendable {
    let store: NodeStore
    let events: DaemonEvents

    /// - Returns: the file's path, which holds the model's digest.
    /// - Throws: ``HoldfastError`` `model_corrupt`.
    func path(of model: Model) async throws -> String {
        let entry = try await store.registry.entry(digest: model.digest)
        if model.state == .ready, let entry, try store.blobs.fingerprint(of: model.digest) == entry.fingerprint {
            return store.blobs.path(of: model.digest)
        }
        guard case .ok = try await verify(model.digest, name: model.name) else { throw Self.corrupt(model.name) }
        return store.blobs.path(of: model.digest)
    }

    /// Reads the whole file, and stores and records what it found.
    func verify(
        _ digest: SHA256Digest, name: ModelName, progress: @escaping @Sendable (Int64) throws -> Void = { _ in }
    ) async throws -> VerifyResult {
        let blobs = store.blobs
        let result = try await offPool { try blobs.verify(digest, progress: progress) }
        var fingerprint: BlobFingerprint?
        if case .ok(let found) = result { fingerprint = found }
        let state: Model.State = fingerprint == nil ? .corrupt : .ready
        let known = try await store.registry.entry(digest: digest)
        let time = events.now()
        let changed = known?.state != state
        try await store.commit { [fingerprint] transaction in
            try transaction.setBlob(digest, state: state, fingerprint: fingerprint, verifiedAt: time)
        }
        if changed {
            try await events.write(
                "models.state", resource: AuditResource(kind: "model", name: name.description, digest: digest),
                outcome: AuditOutcome(state == .ready ? .ok : .failed, code: state == .ready ? nil : "model_corrupt"))
        }
        return result
    }

    static func corrupt(_ name: ModelName) -> HoldfastError {
        HoldfastError(
            .modelCorrupt, "The file of '\(name)' no longer has its digest; it is not loaded.",
            hint: "holdfast model add FILE --name \(name) with a good copy mends it")
    }
}
