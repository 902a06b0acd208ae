import HoldfastAPI
import HoldfastCore

/// Holds a running node's log against checkpoints that were kept. The node gives the hashes; whether they fit is computed here.
struct ConsistencyCheck {
    let client: NodeClient
    /// nil takes the node's word for its key.
    let key: NoteVerifierKey?

    func hold(_ report: AuditReportBody, against since: KeptCheckpoint, until: KeptCheckpoint?) async throws -> AuditReportBody {
        var report = report
        let wanted = try Checkpoint(parsing: since.note.text)
        let end = try until.map { try Checkpoint(parsing: $0.note.text).size }
        report.since = Int64(wanted.size)
        do {
            var query = [(ConsistencyQueryKey.from.rawValue, "\(wanted.size)")]
            if let end { query.append((ConsistencyQueryKey.to.rawValue, "\(end)")) }
            let answer = try await client.fetch(ConsistencyBody.self, .auditConsistency, query: query, wait: nil).body
            let trusted = try key ?? NoteVerifierKey(parsing: answer.key)
            let chain = try KeyChain(trusting: [trusted], successions: KeySuccession.decode(answer.successions))
            let old = try chain.checkpoint(verifying: since.note, origin: trusted.name)
            let new = try chain.checkpoint(
                verifying: until?.note ?? SignedNote(parsing: Array(answer.checkpoint.utf8)), origin: trusted.name)
            let holds = MerkleProof.verifyConsistency(
                oldSize: old.size, oldRoot: old.root, newSize: new.size, newRoot: new.root,
                proof: try MerkleHash.decodeList(Array(answer.hashes)))
            if !holds { note("The log is not the one \(since.path) was taken of: its first \(old.size) records are others.", in: &report) }
        } catch let error as HoldfastError where error.code == .recordNotFound {
            note("The log has fewer records than the checkpoint in \(since.path) covers (\(wanted.size)): some are gone.", in: &report)
        }
        return report
    }

    private func note(_ what: String, in report: inout AuditReportBody) {
        guard report.holds else { return }
        report.holds = false
        report.problem = .init(index: nil, id: nil, what: what)
    }
}
