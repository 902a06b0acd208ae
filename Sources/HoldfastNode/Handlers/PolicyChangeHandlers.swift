import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird
import Logging

/// `POST /holdfast/v1/access/policy`.
struct PolicyApplyHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.policyApply
    let node: Node

    /// - Returns: nil for the daemon's own directory.
    func read(_ request: Request, _ parameters: Parameters) async throws -> [PolicySource]? {
        try await PolicyUpload.read(RequestDecoding.decode(PolicyApplyBody.self, from: RequestBodyReader.collect(request)).files)
    }

    func resources(of input: [PolicySource]?) -> [Resource] { [.node] }

    func handle(_ input: [PolicySource]?, _ call: Call) async throws -> Answer {
        node.announceRecovery(call)
        let directory = node.policy.directory
        let files = if let input { input } else { try await offPool { try directory.read() } }
        let applied = try await node.policyChange.apply(files, by: call.caller.uid, .apply, record: node.trail.record(of: call))
        return Answer(try .json(try await node.answer(applied)), recorded: .written)
    }
}

/// `POST /holdfast/v1/access/policy/rollback`.
struct PolicyRollbackHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.policyRollback
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> Int64 {
        try RequestDecoding.decode(PolicyRollbackBody.self, from: await RequestBodyReader.collect(request)).generation
    }

    func resources(of input: Int64) -> [Resource] { [.node] }

    func handle(_ input: Int64, _ call: Call) async throws -> Answer {
        node.announceRecovery(call)
        guard let stored = try await node.store.policies.policy(input) else { throw PolicyGeneration.notFound(input) }
        let applied = try await node.policyChange.apply(
            stored.files, by: call.caller.uid, .rollback, copiedFrom: input, record: node.trail.record(of: call))
        return Answer(try .json(try await node.answer(applied)), recorded: .written)
    }
}

extension Node {
    /// Root puts a policy in force that no binding lets it write: whoever reads the log is to see it.
    fileprivate func announceRecovery(_ call: Call) {
        guard RootRecovery.isUsed(by: call.grant) else { return }
        logger.error(
            "root recovery: uid 0 changes the policy without holding access:write",
            metadata: ["operation": "\(call.operation.id)", "request": "\(call.id)", "pid": "\(call.caller.pid)"])
    }

    fileprivate func answer(_ applied: PolicyChange.Applied) async throws -> PolicyAppliedBody {
        let policy = applied.policy
        for warning in policy.warnings { logger.warning("policy", metadata: ["warning": "\(warning)"]) }
        logger.notice("policy in force", metadata: ["generation": "\(policy.generation)", "digest": "\(policy.digest)"])
        var generation = applied.generation
        if generation == nil { generation = try await store.policies.policy(Int64(policy.generation))?.generation }
        guard let generation else { throw PolicyGeneration.notFound(Int64(policy.generation)) }
        return PolicyAppliedBody(
            generation: PolicyGenerationBody(generation), isNew: applied.generation != nil, warnings: policy.warnings.map(\.description))
    }
}

/// Policy files as a request brings them.
enum PolicyUpload {
    static let maximumNameBytes = 1024

    /// - Throws: ``HoldfastError`` `invalid_request` for a name that decisions and records could not be traced by.
    static func read(_ files: [PolicyFileBody]?) throws -> [PolicySource]? {
        guard let files else { return nil }
        var names: Set<String> = []
        for (index, file) in files.enumerated() {
            func refuse(_ why: String) -> HoldfastError {
                HoldfastError(.invalidRequest, "'files[\(index)].name' \(why).", field: "files[\(index)].name")
            }
            // `built-in` is no path, and so nobody's file can pass for it.
            guard file.name.hasPrefix("/"), !file.name.hasSuffix("/") else { throw refuse("must be the absolute path of a file") }
            guard file.name.utf8.count <= maximumNameBytes, file.name.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 })
            else {
                throw refuse("is longer than \(maximumNameBytes) bytes or has control characters")
            }
            guard names.insert(file.name).inserted else { throw refuse("is there twice") }
        }
        return files.map { PolicySource(name: $0.name, text: $0.text) }
    }
}
