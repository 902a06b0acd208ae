import HoldfastAPI
import HoldfastCore
import HoldfastHTTP

/// Which handler carries out which operation. A test holds this against the operation table.
struct Routes: Sendable {
    let node: Node
    let status: StatusReport

    func router(for listener: ListeningSocket) -> OperationRouter {
        let socket = listener.kind
        let pipeline = RequestPipeline(
            surface: socket == .api ? .openAI : .holdfast, authorizer: { [policy = node.policy] in policy.authorizer }, audit: node.trail,
            now: node.now, gate: gate(of: listener))
        return OperationRouter(pipeline) { builder in
            switch socket {
            case .api: addApplications(&builder)
            case .admin: addAdministration(&builder)
            case .internal, .catalog: break
            }
        }
    }

    private func gate(of listener: ListeningSocket) -> LoopbackGate? {
        guard case .loopback = listener.door else { return nil }
        let (tokens, now) = (node.tokens, node.now)
        return LoopbackGate(hosts: node.configuration.loopbackHosts, admitsLoopback: node.configuration.loopbackSubject) {
            try tokens.verify($0, at: now())
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
        routes.add(BackupHandler(node: node))
        routes.add(DecommissionHandler(node: node))
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
        routes.add(ModelPinPromptHandler(node: node))
        routes.add(ModelUnpinPromptHandler(node: node))
        routes.add(EngineListHandler(node: node))
        routes.add(EngineVersionListHandler(node: node))
        routes.add(EngineInstallHandler(node: node))
        routes.add(EngineUseHandler(node: node))
        routes.add(EngineRollbackHandler(node: node))
        routes.add(EngineRemoveHandler(node: node))
        routes.add(ModelPinHandler.pin(node))
        routes.add(ModelPinHandler.unpin(node))
        routes.add(ModelTuneHandler(node: node))
        routes.add(ModelTuneResetHandler(node: node))
        routes.add(ModelFootprintHandler(node: node))
        routes.add(ModelRecommendHandler(node: node))
        routes.add(CacheListHandler(node: node))
        routes.add(CacheClearHandler(node: node))
        routes.add(TokenCreateHandler(node: node))
        routes.add(TokenListHandler(node: node))
        routes.add(TokenRevokeHandler(node: node))
        routes.add(SocketCreateHandler(node: node))
        routes.add(SocketListHandler(node: node))
        routes.add(SocketRevokeHandler(node: node))
        routes.add(WhoamiHandler())
        routes.add(CanHandler.own(node))
        routes.add(CanHandler.another(node))
        routes.add(ExplainHandler.own(node))
        routes.add(ExplainHandler.another(node))
        routes.add(WhoCanHandler(tokens: node.tokens))
        routes.add(LimitsHandler(node: node))
        routes.add(PolicyShowHandler(node: node))
        routes.add(PolicyHistoryHandler(node: node))
        routes.add(PolicyDiffHandler(node: node))
        routes.add(PolicyApplyHandler(node: node))
        routes.add(PolicyRollbackHandler(node: node))
        routes.add(AuditListHandler(node: node))
        routes.add(AuditTailHandler(node: node))
        routes.add(AuditShowHandler(node: node))
        routes.add(AuditVerifyHandler(node: node))
        routes.add(AuditCheckpointHandler(node: node))
        routes.add(AuditProveHandler(node: node))
        routes.add(AuditConsistencyHandler(node: node))
        routes.add(AuditExportHandler(node: node))
        routes.add(AuditReportHandler(node: node))
        routes.add(AuditRotateKeyHandler(node: node))
        routes.add(AuditPruneHandler(node: node))
        routes.add(AuditPruneApproveHandler(node: node))
        routes.add(AuditForgetHandler(node: node))
        routes.add(AuditMatchHandler(node: node, limit: GuessLimit()))
        routes.add(AuditContentHandler(node: node))
    }
}
