import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird
import NIOCore

/// `POST /holdfast/v1/audit/report?period=2026-11&format=html`.
struct AuditReportHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.auditReport
    let node: Node

    enum Format: String, Sendable, CaseIterable {
        case markdown
        case html
    }

    struct Input: Sendable {
        let period: ReportPeriod
        let format: Format
    }

    /// How long before and after the period records are read, for what lies on its edges.
    private static let margin: Int64 = 86_400_000

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        var (period, format) = (ReportPeriod(containing: node.now()), Format.markdown)
        for (name, value) in request.uri.queryParameters {
            switch ExportQueryKey(rawValue: String(name)) {
            case .period: period = try ReportPeriod(month: String(value))
            case .format:
                guard let known = Format(rawValue: String(value)) else {
                    throw HoldfastError(.invalidRequest, "'format' must be markdown or html.", field: "format")
                }
                format = known
            case nil:
                throw HoldfastError(
                    .invalidRequest, "A report has no '\(name.prefix(40))'.", hint: "holdfast audit report --help",
                    field: String(name.prefix(40)))
            }
        }
        return Input(period: period, format: format)
    }

    func resources(of input: Input) -> [Resource] { [.node] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        try await node.trail.flush(readsToo: true, all: false)
        try await node.store.checkpoint()
        let verified = try await AuditVerifier(stateDirectory: node.configuration.state).verify()
        let report = try await build(input.period, integrity(verified))
        var record = node.trail.record(of: call)
        record.parameters = [
            "period_start": input.period.milliseconds.lowerBound, "records": report.recordCount, "holds": verified.holds ? 1 : 0,
        ]
        try await node.trail.append(record)
        let (text, type) =
            switch input.format {
            case .markdown: (report.markdown(), "text/markdown; charset=utf-8")
            case .html: (report.html(), "text/html; charset=utf-8")
            }
        return Answer(.bytes(ByteBuffer(string: text), type: type), recorded: .written)
    }

    private func integrity(_ report: AuditReport) async throws -> IntegrityStatement {
        IntegrityStatement(
            holds: report.holds, size: Int(report.checkpointSize), root: report.root,
            checkpoint: try await node.store.audit.newestNote().encoded, verifierKey: node.store.verifierKey.text,
            problem: report.firstProblem?.what)
    }

    private func build(_ period: ReportPeriod, _ integrity: IntegrityStatement) async throws -> ComplianceReport {
        let times = period.milliseconds
        let plan = try await node.store.audit.exportPlan(
            since: times.lowerBound - Self.margin, until: times.upperBound + Self.margin)
        var builder = AuditReportBuilder(period: period)
        var next = plan.proof.range.lowerBound
        while next < plan.proof.range.upperBound {
            let page = try await node.store.audit.page(of: plan.proof.range, from: next, matching: AuditFilter())
            var gone: (range: Range<Int>, reason: ExportWithheld)?
            func flush() {
                if let gone { builder.addMissing(gone.range, gone.reason) }
                gone = nil
            }
            for (index, content) in zip(page.range, page.contents) {
                if case .gone(let reason) = content {
                    if let run = gone, run.reason == reason {
                        gone = (run.range.lowerBound..<index + 1, reason)
                    } else {
                        flush()
                        gone = (index..<index + 1, reason)
                    }
                    continue
                }
                flush()
                guard case .shown(let bytes) = content, let record = try? AuditRecord(parsing: bytes) else {
                    builder.addUnreadable(index: index)
                    continue
                }
                builder.add(index: index, record)
            }
            flush()
            next = page.range.upperBound
        }
        let facts = ReportFacts(
            origin: node.store.verifierKey.name, productVersion: HoldfastVersion.text, madeAt: node.now(), integrity: integrity,
            retentionDays: node.configuration.audit.retentionDays == 0 ? nil : Int(node.configuration.audit.retentionDays))
        return builder.finish(facts) { uid in
            UInt32(exactly: uid).map(SystemNames.user).flatMap { $0.hasPrefix("uid:") ? nil : $0 }
        }
    }
}
