import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird

/// `POST /holdfast/v1/access/policy/diff`: what a candidate would decide otherwise of all that was asked lately.
struct PolicyDiffHandler: OperationHandler {
    struct Input: Sendable {
        /// Nil: the daemon's own directory.
        let files: [PolicySource]?
        let records: Int
    }

    let operation = HoldfastAPI.Operation.policyDiff
    let node: Node

    private static let page = 1000
    private static let verbs: [String: Verb] = Dictionary(
        HoldfastAPI.Operation.all.compactMap { operation in
            if case .verb(let verb) = operation.access { (operation.id, verb) } else { nil }
        }
    ) { first, _ in first }

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let body = try RequestDecoding.decode(PolicyDiffBody.self, from: await RequestBodyReader.collect(request))
        let records = body.records ?? PolicyDiffBody.defaultRecords
        guard (1...PolicyDiffBody.maximumRecords).contains(records) else {
            throw HoldfastError(.invalidRequest, "'records' must be from 1 to \(PolicyDiffBody.maximumRecords).", field: "records")
        }
        return Input(files: try PolicyUpload.read(body.files), records: records)
    }

    func resources(of input: Input) -> [Resource] { [.node] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        let policy = node.policy
        let candidate = try await offPool { try policy.candidate(input.files ?? policy.directory.read()) }
        let tokens = node.tokens
        var replay = Replay(
            from: call.authorizer, to: Authorizer(candidate), tokenRole: { tokens.role(ofToken: $0) }, verb: { Self.verbs[$0] })
        // The reads of this minute are not in the trail yet.
        try await node.trail.flush(readsToo: true, all: true)
        var before: Int64?
        var left = input.records
        while left > 0 {
            let records = try await node.store.audit.records(matching: AuditFilter(), before: before, limit: min(Self.page, left))
            for stored in records { replay.take(stored.record) }
            left -= records.count
            before = records.last?.index
            if records.isEmpty || before == 0 { break }
        }
        return Answer(
            try .json(PolicyDiffAnswerBody(replay, PolicyChanges(from: call.authorizer.policy, to: candidate), call, candidate)),
            recorded: .counted)
    }
}

extension PolicyDiffAnswerBody {
    init(_ replay: Replay, _ changes: PolicyChanges, _ call: Call, _ candidate: Policy) {
        self.init(
            generation: call.authorizer.policy.generation, digest: candidate.digest.description,
            warnings: candidate.warnings.map(\.description), replayed: replay.replayed, skipped: replay.skipped,
            changes: replay.found.map(Change.init), addedRoles: changes.addedRoles, removedRoles: changes.removedRoles,
            changedRoles: changes.changedRoles, addedBindings: changes.addedBindings.map(Link.init),
            removedBindings: changes.removedBindings.map(Link.init), changedLimits: changes.changedLimits.map(Link.init))
    }
}

extension PolicyDiffAnswerBody.Change {
    init(_ change: Replay.Change) {
        var rule: String?
        if case .allowed(let grant) = change.after { rule = grant.rule.description }
        self.init(
            uid: change.caller.uid, gid: change.caller.gid, groups: change.caller.groups, subject: change.caller.subject?.description,
            socket: change.caller.socket.rawValue, operation: change.operation, verb: change.verb.rawValue,
            resource: change.resource?.description, allowed: change.after.isAllowed, rule: rule, count: change.count, last: change.last)
    }
}

extension PolicyDiffAnswerBody.Link {
    init(_ link: PolicyChanges.Link) {
        self.init(role: link.role, subject: link.subject, binding: link.location.description)
    }
}
