import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import Hummingbird

/// `GET /holdfast/v1/engines`.
struct EngineListHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.engineList
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws {}
    func resources(of input: Void) -> [Resource] { [] }

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        Answer(try .json(await node.engineList(visibleTo: call)), recorded: .counted)
    }
}

extension Node {
    func engineList(visibleTo call: Call) async -> EngineListBody {
        let filter = call.authorizer.filter(call.caller, .modelsRead)
        let seesAll = call.authorizer.decide(call.caller, Permission(.cacheRead, on: .node)).isAllowed
        let loaded = await engines.loaded().filter { filter.allows($0.model.name) }.map { engine in
            EngineInfo(
                name: engine.model.name.description, digest: engine.model.digest, pid: engine.pid,
                since: now() - engine.loadedFor.milliseconds, context: engine.status.contextLength, slots: engine.status.slots,
                busySlots: engine.status.busySlots,
                waiting: Dictionary(uniqueKeysWithValues: engine.status.waiting.map { ($0.key.rawValue, $0.value) }),
                residentBytes: engine.status.residentBytes, reservedBytes: engine.reservedBytes, pinned: engine.isPinned,
                expiresAt: engine.uses > 0 ? nil : engine.expiresIn.map { now() + $0.milliseconds }, tuning: engine.status.tuning,
                pieces: engine.status.pieces,
                subjects: engine.status.tenants.filter { seesAll || $0.key == call.caller.tenant }
                    .map { EngineInfo.SubjectLoad(subject: $0.key, running: $0.value.running, waiting: $0.value.waiting) }
                    .sorted { $0.subject < $1.subject })
        }
        let awaited = await engines.awaited().filter { filter.allows($0.model.name) }.map { model in
            AwaitedModelInfo(
                name: model.model.name.description, state: model.isLoading ? .loading : .waiting, requests: model.waiting)
        }
        let failed = await engines.failed().filter { filter.allows($0.model.model.name) }.map { model, remaining in
            FailedModelInfo(
                name: model.model.name.description, reason: model.reason, until: now() + remaining.milliseconds)
        }
        return EngineListBody(engines: loaded, awaited: awaited, failed: failed)
    }

    /// Why each failed model is not tried for now.
    func failures() async -> [SHA256Digest: String] {
        Dictionary(await engines.failed().map { ($0.model.model.digest, $0.model.reason) }) { first, _ in first }
    }
}
