public import HoldfastCore
import Synchronization

extension NodeStore {
    /// Makes a new signing key and lets the present one hand over to it: `record`, the handover and a checkpoint signed by both are one
    /// transaction.
    /// - Parameter record: completed with the keys.
    /// - Throws: ``HoldfastError`` `invalid_request` when the key is a systemd credential, which only its owner can replace, or is being
    ///   handed over already; what ``commit(essential:_:)`` throws.
    public func rotateKey(_ record: AuditRecord) async throws -> KeySuccession {
        guard !keyIsCredential else {
            throw HoldfastError(
                .invalidRequest, "The signing key comes from a systemd credential, so the node cannot replace it.",
                hint: "hand in the new key as the credential audit-key and this one as audit-key-previous, and restart the node")
        }
        guard
            rotating.withLock({ rotating in
                defer { rotating = true }
                return !rotating
            })
        else { throw HoldfastError(.invalidRequest, "The signing key is being replaced already.", hint: "holdfast status") }
        defer { rotating.withLock { $0 = false } }
        let source = AuditKeySource(directory: directory, credentials: nil)
        // On the disk before the database names it. One that is never named goes at the next start.
        let next = try NoteSigner(name: verifierKey.name, privateKey: source.makeNext())
        let old = verifierKey
        try await commit(essential: true) { transaction in
            var record = record
            KeyHandover.describe(&record, from: old, to: next.verifierKey)
            try transaction.append(record)
            transaction.signs = true
            transaction.successor = next
        }
        // The handover is done: whatever hinders these is made good at the next start.
        try? source.settle(takesNext: true)
        try? AuditKey.publish(next, directory)
        await settleCheckpointFile()
        guard let done = try await audit.successions().last, done.new == next.verifierKey else {
            throw HoldfastError(.internalError, "The handover of the signing key is not in the database.")
        }
        return done
    }
}
