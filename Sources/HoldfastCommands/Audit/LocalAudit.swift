import Glibc
import HoldfastAPI
import HoldfastCore
import HoldfastStore

/// Verifies a state directory without asking the node that owns it.
enum LocalAudit {
    static func exists(in directory: String) -> Bool { access(directory + "/holdfast.db", F_OK) == 0 }

    /// - Throws: ``HoldfastError`` when the trail cannot be read at all; what does not fit is in the report.
    /// - Parameter key: the verifier key's text; nil takes the one in the directory.
    static func verify(
        _ directory: String, key: String? = nil, against kept: [KeptCheckpoint] = [], progress reporter: ProgressReporter
    ) async throws -> AuditReportBody {
        defer { reporter.finish() }
        let report = try await AuditVerifier(stateDirectory: directory, key: key).verify(against: kept.map(\.note)) {
            reporter.update(done: $0, total: $1)
        }
        let origin = try key.map { try NoteVerifierKey(parsing: $0) }?.name ?? VerifierKeys.published(in: directory).name
        let problem = report.firstProblem.map { AuditReportBody.Problem(index: $0.index, id: $0.recordID, what: $0.what) }
        return AuditReportBody(
            holds: report.holds, origin: origin, size: report.size, checkpointSize: report.checkpointSize,
            rootHash: report.root?.base64 ?? "", problem: problem, minimumIndex: report.minimumIndex, removedRecords: report.removedRecords,
            since: try kept.first.map { Int64(try Checkpoint(parsing: $0.note.text).size) })
    }
}
