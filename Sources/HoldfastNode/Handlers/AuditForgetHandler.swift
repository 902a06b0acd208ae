import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird

/// `POST /holdfast/v1/audit/forget`.
struct AuditForgetHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.auditForget
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> ForgetBody {
        try RequestDecoding.decode(ForgetBody.self, from: await RequestBodyReader.collect(request))
    }

    func resources(of input: ForgetBody) -> [Resource] { [.node] }

    func handle(_ input: ForgetBody, _ call: Call) async throws -> Answer {
        let scope = try await scope(input)
        // Records that wait in memory have salts too.
        await node.trail.writeDeferred(essential: true)
        let held = try await node.store.heldContent(of: scope)
        var record = node.trail.record(of: call)
        record.resource = scope.resource
        record.parameters = ["requests": held.requests, "files": held.files, "past": held.past]
        var answer = ForgetAnswer(requests: held.requests, files: held.files, past: held.past)
        if input.dryRun {
            record.parameters["dry_run"] = 1
            try await node.trail.append(record)
        } else {
            let (erasure, index) = try await node.store.forget(scope, before: held.past, record: record)
            answer.record = index
            answer.onDisk = await node.forgetting.carryOut(erasure)
        }
        return Answer(try .json(answer), recorded: .written)
    }

    private func scope(_ input: ForgetBody) async throws -> ErasureScope {
        switch (input.record, input.actor) {
        case (let record?, nil):
            guard let id = try await node.store.audit.named(record).first?.record.id else { break }
            return .request(id)
        case (nil, let actor?):
            if let subject = NamedSubject(recorded: actor, role: { _ in nil }) { return .subject(subject.description) }
            let number = actor.hasPrefix("uid:") ? actor.dropFirst(4) : actor[...]
            if let uid = UInt32(number) ?? SystemNames.userID(actor), uid != Caller.noID { return .uid(uid) }
            throw HoldfastError(
                .invalidRequest, "'\(actor.prefix(80))' is nobody this node knows: a uid, a user, token:NAME, app:NAME or loopback.",
                hint: "holdfast audit list --actor NAME shows whose records there are", field: "actor")
        default: break
        }
        throw HoldfastError(.invalidRequest, "Either 'record' or 'actor' says what is to be forgotten.", field: "record")
    }
}
