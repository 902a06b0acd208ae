import HoldfastCore
import HoldfastHTTP
import HoldfastInference

/// What a caller whose model does not fit can do: it is told of another model only when it may see that one.
struct MemoryAdvice: Sendable {
    let node: Node

    func improve(_ error: HoldfastError, for call: Call) -> HoldfastError {
        guard let shortage = error.cause as? MemoryShortage else { return error }
        let filter = call.authorizer.filter(call.caller, .modelsRead)
        var missing = shortage.need.bytes - shortage.free
        var named: [String] = []
        for pin in shortage.pinned where missing > 0 {
            guard filter.allows(pin.model.name) else { return error }
            named.append(pin.model.name.description)
            missing -= pin.bytes
        }
        guard missing <= 0, !named.isEmpty else { return error }
        var improved = error
        improved.hint = named.map { "holdfast model unpin \($0)" }.joined(separator: "; ") + " makes room"
        return improved
    }
}
