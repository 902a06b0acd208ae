import HoldfastCore
import HoldfastHTTP
import HoldfastStore

/// Finds the model a request names, and says no in the right way: with the nearest names to who may see the name, else in one fixed form.
struct ModelLookup: Sendable {
    let registry: Registry

    /// - Throws: ``HoldfastError`` `model_not_found`; ``AccessRefusal`` when the model's own name is not the caller's to use.
    func find(_ name: ModelName, _ call: Call) async throws -> Model {
        guard let model = try await registry.model(named: name) else { throw try await notFound(name, call) }
        try call.authoriseResolved(model)
        return model
    }

    private func notFound(_ name: ModelName, _ call: Call) async throws -> HoldfastError {
        let filter = call.authorizer.filter(call.caller, .modelsRead)
        guard filter.allows(name) else { return .notFoundOrNoAccess(name) }
        let visible = try await registry.entries().flatMap(\.names).filter(filter.allows)
        let nearest = NearestNames.find(name, among: visible).map(\.description)
        let suggestion = nearest.isEmpty ? "" : " Nearest: \(nearest.joined(separator: ", "))."
        return HoldfastError(
            .modelNotFound, "There is no model '\(name)' on this node.\(suggestion)", hint: "holdfast model list", field: "model")
    }
}
