import HoldfastAPI
import HoldfastCore
import HoldfastHTTP

/// Which handler carries out which operation. A test holds this against the operation table.
struct Routes: Sendable {
    let node: Node
    let status: StatusReport

    func router(for socket: SocketKind) -> OperationRouter {
        let pipeline = RequestPipeline(
            surface: socket == .api ? .openAI : .holdfast, authorizer: { [policy = node.policy] in policy.authorizer }, audit: node.trail,
            now: node.now)
        return OperationRouter(pipeline) { builder in
            switch socket {
            case .api: addApplications(&builder)
            case .admin: addAdministration(&builder)
            case .internal: break
            }
        }
    }

    func addApplications(_ routes: inout OperationRouter.Builder) {
        routes.add(HealthHandler(operation: .health(on: .api), store: node.store))
        routes.add(InferenceHandler.chat(node))
        routes.add(InferenceHandler.completion(node))
        routes.add(OpenAIModelListHandler(node: node))
        routes.add(OpenAIModelShowHandler(node: node))
    }

    func addAdministration(_ routes: inout OperationRouter.Builder) {
        routes.add(HealthHandler(operation: .health(on: .admin), store: node.store))
        routes.add(StatusHandler(report: status))
        routes.add(ModelListHandler(node: node))
        routes.add(ModelShowHandler(node: node))
        routes.add(ModelAddHandler(node: node))
        routes.add(ModelAliasHandler(node: node))
        routes.add(ModelRemoveHandler(node: node))
        routes.add(ModelVerifyHandler(node: node))
        routes.add(ModelVerifyAllHandler(node: node))
        routes.add(ModelPruneHandler(node: node))
        routes.add(ModelLoadHandler(node: node))
        routes.add(ModelUnloadHandler(node: node))
        routes.add(EngineListHandler(node: node))
        routes.add(WhoamiHandler())
        routes.add(CanHandler.own)
        routes.add(CanHandler.another)
        routes.add(AuditListHandler(node: node))
        routes.add(AuditTailHandler(node: node))
        routes.add(AuditShowHandler(node: node))
        routes.add(AuditVerifyHandler(node: node))
    }
}
