import Glibc
import HoldfastAPI
import HoldfastCore
import HoldfastStore

/// Verifies a state directory without asking the node that owns it.
enum LocalAudit {
    static func exists(in directory: String) -> Bool { access(directory + "/holdfast.db", F_OK) == 0 }

    /// - Throws: ``HoldfastError`` when the trail cannot be read at all; what does not fit is in the report.
    static func verify(_ directory: String, progress reporter: ProgressReporter) async throws -> AuditReportBody {
        defer { reporter.finish() }
        // A reader of stderr that has gone is no reason to stop.
        let report = try await AuditVerifier(stateDirectory: directory).verify { try? reporter.update(done: $0, total: $1) }
        let problem = report.firstProblem.map { AuditReportBody.Problem(index: $0.index, id: $0.recordID, what: $0.what) }
        return AuditReportBody(
            holds: report.holds, origin: try origin(directory), size: report.size, checkpointSize: report.checkpointSize,
            rootHash: report.root?.base64 ?? "", problem: problem)
    }

    /// A node's verifier key is named after its log.
    private static func origin(_ directory: String) throws -> String {
        let bytes = try SmallFile.read(directory + "/keys/audit.pub", limit: 4096)
        let text = String(decoding: bytes, as: UTF8.self)
        return try NoteVerifierKey(parsing: text.hasSuffix("\n") ? text.dropLast() : text[...]).name
    }
}
