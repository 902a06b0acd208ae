import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird
import NIOCore

/// `POST /holdfast/v1/audit/export`: streamed, a page of records in memory.
struct AuditExportHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.auditExport
    let node: Node

    struct Input: Sendable {
        let format: AuditExportFormat
        let filter: AuditFilter
        /// The filter as it was asked for.
        let words: String?
    }

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let query = try AuditQuery(request, besides: [ExportQueryKey.format.rawValue])
        var format = AuditExportFormat.jsonl
        var words: [String] = []
        for (key, value) in request.uri.queryParameters {
            if key == ExportQueryKey.format.rawValue {
                guard let known = AuditExportFormat(rawValue: String(value)) else {
                    let all = AuditExportFormat.allCases.map(\.rawValue).joined(separator: ", ")
                    throw HoldfastError(.invalidRequest, "'format' must be one of \(all).", field: "format")
                }
                format = known
            } else if key == AuditQueryKey.before.rawValue || key == AuditQueryKey.limit.rawValue {
                throw HoldfastError(.invalidRequest, "An export has no '\(key)'.", hint: "holdfast audit export --help", field: String(key))
            } else {
                words.append("\(key)=\(value)")
            }
        }
        return Input(format: format, filter: query.filter, words: words.isEmpty ? nil : words.sorted().joined(separator: " "))
    }

    func resources(of input: Input) -> [Resource] { [.node] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        try await node.trail.flush(readsToo: true, all: false)
        // So that the newest records are in it, the intent of this request among them.
        try await node.store.checkpoint()
        let plan = try await node.store.audit.exportPlan(since: input.filter.since, until: input.filter.until)
        let reply = Reply.stream(
            type: input.format.mediaType,
            { write in
                do {
                    try await run(input, plan, call, write)
                } catch {
                    let code = error is CancellationError ? nil : HoldfastError(wrapping: error).code.rawValue
                    try await node.trail.outcome(call, AuditOutcome(code == nil ? .cancelled : .failed, code: code))
                    // The answer breaks off, so that nobody takes what there is for the whole.
                    throw error
                }
            },
            abandoned: { try? await node.trail.outcome(call, AuditOutcome(.cancelled)) })
        return Answer(reply, recorded: .byBody)
    }

    private func run(_ input: Input, _ plan: ExportPlan, _ call: Call, _ write: Reply.Write) async throws {
        var exporter = input.format.exporter(
            ExportContext(
                origin: node.store.verifierKey.name, productVersion: HoldfastVersion.text, proof: plan.proof, filter: input.words,
                successions: plan.successions))
        var shown: Int64 = 0
        try await send(exporter.header(), write)
        var next = plan.proof.range.lowerBound
        while next < plan.proof.range.upperBound {
            let page = try await node.store.audit.page(of: plan.proof.range, from: next, matching: input.filter)
            var bytes: [UInt8] = []
            for (offset, content) in page.contents.enumerated() {
                let index = page.range.lowerBound + offset
                func withheld(_ reason: ExportWithheld) throws {
                    bytes += try exporter.withheld(index..<index + 1, reason, leaves: [page.leaves[offset]])
                }
                switch content {
                case .shown(let record):
                    // What a tile says of a record is what is signed; one that has another hash is not passed on as good.
                    guard MerkleHash.leaf(record) == page.leaves[offset] else {
                        throw HoldfastError(.auditBroken, "Record \(index) is not what the log signed.", hint: "holdfast audit verify")
                    }
                    bytes += try exporter.record(index: index, bytes: record)
                    shown += 1
                case .filtered: try withheld(.filter)
                case .gone(let reason): try withheld(reason)
                }
            }
            try await send(bytes, write)
            next = page.range.upperBound
        }
        let footer = try exporter.footer()
        var record = node.trail.record(of: call)
        record.parameters = [
            "first": Int64(plan.proof.range.lowerBound), "past": Int64(plan.proof.range.upperBound), "records": shown,
        ]
        try await node.trail.append(record)
        if !footer.isEmpty { try await write(ByteBuffer(bytes: footer)) }
    }

    /// A write that fails means the client has gone.
    private func send(_ bytes: [UInt8], _ write: Reply.Write) async throws {
        guard !bytes.isEmpty else { return }
        do { try await write(ByteBuffer(bytes: bytes)) } catch { throw CancellationError() }
    }
}
