import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastStore
import Hummingbird

/// `POST` and `DELETE /holdfast/v1/models/{name}/pin`.
struct ModelPinHandler: OperationHandler {
    let operation: HoldfastAPI.Operation
    private let node: Node
    private let isPinned: Bool

    static func pin(_ node: Node) -> ModelPinHandler { ModelPinHandler(operation: .modelPin, node: node, isPinned: true) }
    static func unpin(_ node: Node) -> ModelPinHandler { ModelPinHandler(operation: .modelUnpin, node: node, isPinned: false) }

    private init(operation: HoldfastAPI.Operation, node: Node, isPinned: Bool) {
        self.operation = operation
        self.node = node
        self.isPinned = isPinned
    }

    func handle(_ input: ModelName, _ call: Call) async throws -> Answer {
        let model = try await node.lookup.find(input, call)
        let record = node.trail.record(of: call.about(model))
        let changed = try await node.store.commit { [isPinned] transaction in
            let changed = try transaction.setPin(model.digest, isPinned)
            try transaction.append(record)
            return changed
        }
        await node.engines.setPinned(try await node.store.scheduling.pins())
        // It loads by itself: whether it could is seen in `ps`, `status` and the trail.
        if isPinned { Task { [node] in await PinKeeper.load(model, node) } }
        return Answer(try .json(PinBody(name: input.description, pinned: isPinned, changed: changed)), recorded: .written)
    }
}
