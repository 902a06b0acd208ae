import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird

/// `POST /holdfast/v1/audit/prune`: one subject says what should go. Nothing goes yet.
struct AuditPruneHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.auditPrune
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> PruneBody {
        try RequestDecoding.decode(PruneBody.self, from: await RequestBodyReader.collect(request))
    }

    func resources(of input: PruneBody) -> [Resource] { [.node] }

    func handle(_ input: PruneBody, _ call: Call) async throws -> Answer {
        let plan = try await node.store.plan(before: input.before, now: node.now())
        var record = node.trail.record(of: call)
        record.parameters["before"] = input.before
        guard let plan else {
            try await node.trail.append(record)
            let first = node.store.audit.minimumIndex
            return Answer(try .json(PruneAnswer(first: first, past: first)), recorded: .written)
        }
        record.resource = plan.resource
        record.parameters["dry_run"] = input.dryRun ? 1 : 0
        var answer = PruneAnswer(first: plan.range.lowerBound, past: plan.range.upperBound, root: plan.root.hex)
        if input.dryRun {
            try await node.trail.append(record)
        } else {
            let request = PruneRequest(
                id: call.id, before: input.before, range: plan.range, requester: Int64(call.caller.uid), created: node.now())
            let due = record
            try await node.store.commit(essential: true) { transaction in
                try transaction.addPruneRequest(request)
                try transaction.append(due)
            }
            answer.id = request.id
            answer.expiresAt = request.expires
        }
        return Answer(try .json(answer), recorded: .written)
    }
}

/// `POST /holdfast/v1/audit/prune/{id}/approve`: another subject agrees, and the entries go.
struct AuditPruneApproveHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.auditPruneApprove
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> String {
        parameters.get("id").flatMap(PercentEncoding.decode) ?? ""
    }

    func resources(of input: String) -> [Resource] { [.node] }

    func handle(_ input: String, _ call: Call) async throws -> Answer {
        let request = try await node.store.pruneRequest(input, now: node.now())
        guard call.caller.isSurelyAnother(than: request.requester) else {
            throw AccessRefusal(
                error: HoldfastError(
                    .accessDenied, "Whoever asked for it cannot approve it: pruning takes two different subjects.",
                    hint: "another subject with audit:prune: holdfast audit prune --approve \(request.id)"))
        }
        guard let plan = try await node.store.plan(request) else {
            throw HoldfastError(.recordNotFound, "The entries of this request have gone already.", hint: "holdfast audit list", field: "id")
        }
        var record = node.trail.record(of: call)
        record.resource = plan.resource
        record.parameters = ["before": request.before, "requested_by": request.requester]
        let due = record
        try await node.store.commit(essential: true) { transaction in
            // In one transaction, so that a request is approved once.
            _ = try transaction.takePruneRequest(request.id)
            try transaction.append(due)
            try transaction.recordGap(plan, because: .approved)
        }
        let removed = try await node.store.sweep()
        return Answer(
            try .json(
                PruneAnswer(
                    id: request.id, first: plan.range.lowerBound, past: plan.range.upperBound, root: plan.root.hex, removed: removed)),
            recorded: .written)
    }
}

extension RemovalPlan {
    /// As records name it: `0-511`, with the root over the leaf hashes.
    var resource: AuditResource {
        AuditResource(kind: "records", name: "\(range.lowerBound)-\(range.upperBound - 1)", digest: SHA256Digest(bytes: root.bytes))
    }
}
