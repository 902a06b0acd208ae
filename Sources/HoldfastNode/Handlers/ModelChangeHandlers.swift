import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastStore
import Hummingbird

/// `POST /holdfast/v1/models/{name}/aliases`.
struct ModelAliasHandler: OperationHandler {
    struct Input: Sendable {
        let name: ModelName
        let alias: ModelName
    }

    let operation = HoldfastAPI.Operation.modelAlias
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let body = try RequestDecoding.decode(AliasBody.self, from: await RequestBodyReader.collect(request))
        return Input(name: try parameters.modelName(), alias: try ModelName(parsing: body.alias))
    }

    func resources(of input: Input) -> [Resource] { [.model(input.name), .model(input.alias)] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        let model = try await node.lookup.find(input.name, call)
        var record = node.trail.record(of: call.about(model))
        record.resource?.alias = input.alias.description
        let changed = try await node.store.commit { [record] transaction in
            let changed = try transaction.addAlias(input.alias, of: input.name)
            try transaction.append(record)
            return changed
        }
        let names = changed.names.filter { $0 == input.alias || call.authorizer.filter(call.caller, .modelsRead).allows($0) }
        return Answer(try .json(ModelInfo(changed, names: names, loaded: false)), recorded: .written)
    }
}

/// `DELETE /holdfast/v1/models/{name}`.
struct ModelRemoveHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.modelRemove
    let node: Node

    func handle(_ input: ModelName, _ call: Call) async throws -> Answer {
        let model = try await node.lookup.find(input, call)
        if model.names == [input], await node.engines.loaded().contains(where: { $0.model.digest == model.digest }) {
            throw HoldfastError(.modelInUse, "'\(input)' is loaded; it cannot be removed.", hint: "holdfast model unload \(input)")
        }
        let record = node.trail.record(of: call.about(model))
        let removed = try await node.store.commit { transaction in
            let removed = try transaction.removeName(input)
            try transaction.append(record)
            return removed
        }
        // After the commit: a file that is left behind by a crash here is unreferenced, and collected.
        let blobs = node.store.blobs
        let deleted = removed.wasLast ? try await offPool { try blobs.delete(removed.digest) } : false
        if removed.wasLast {
            _ = await node.prefixes.clear(model: removed.digest)
            node.tunings.remove(of: removed.digest)
        }
        return Answer(
            try .json(
                ModelRemovedBody(
                    name: input.description, digest: removed.digest, fileDeleted: deleted, freedBytes: deleted ? removed.size : 0)),
            recorded: .written)
    }
}

/// `POST /holdfast/v1/prune`.
struct ModelPruneHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.modelPrune
    let node: Node

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        let loaded = Set(await node.engines.loaded().map(\.model.digest))
        let collected = try await node.store.prune(keeping: loaded)
        var record = node.trail.record(of: call)
        record.parameters = ["files": Int64(collected.files), "bytes": collected.bytes]
        try await node.trail.append(record)
        return Answer(try .json(PrunedBody(files: collected.files, bytes: collected.bytes)), recorded: .written)
    }
}
