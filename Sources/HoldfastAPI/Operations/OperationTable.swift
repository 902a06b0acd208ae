public import HoldfastCore

extension Operation {
    /// Every operation of this node. `CONTRIBUTING.md` walks through adding one.
    public static let all: [Operation] = applications + administration

    /// `api.sock`: what applications use. No administrative operation is ever added here.
    public static let applications: [Operation] = [
        health(on: .api),
        chatCompletions, completions, modelsOpenAI, modelOpenAI,
    ]

    /// `admin.sock`: everything else.
    public static let administration: [Operation] = [
        health(on: .admin),
        status, nodeBackup, nodeDecommission,
        modelList, modelShow, modelAdd, modelAlias, modelRemove, modelVerify, modelVerifyAll, modelPrune,
        modelLoad, modelUnload, engineList, modelPin, modelUnpin, modelFootprint, modelRecommend,
        modelTune, modelTuneReset,
        modelPinPrompt, modelUnpinPrompt, cacheList, cacheClear,
        engineVersionList, engineInstall, engineUse, engineRollback, engineRemove,
        accessTokenCreate, accessTokenList, accessTokenRevoke, accessSocketCreate, accessSocketList, accessSocketRevoke,
        accessWhoami, accessCan, accessCanAs, accessExplain, accessExplainAs, accessWhoCan, accessLimits,
        policyShow, policyHistory, policyDiff, policyApply, policyRollback,
        auditList, auditTail, auditShow, auditVerify, auditCheckpoint, auditProve, auditConsistency, auditExport, auditReport,
        auditRotateKey,
        auditPrune, auditPruneApprove,
        auditForget, auditMatch, auditContent,
    ]

    public static func health(on socket: SocketKind) -> Operation {
        Operation(
            id: "node.health", method: .get, path: "/healthz", socket: socket,
            access: .anyCaller(because: "it says only whether the node serves"), audited: .never, summary: "Say whether the node serves.")
    }

    // MARK: Inference, in OpenAI's shapes

    public static let chatCompletions = Operation(
        id: "inference.chat", method: .post, path: "/v1/chat/completions", socket: .api, access: .verb(.inferenceInvoke),
        audited: .inference, summary: "Answer a conversation.")
    public static let completions = Operation(
        id: "inference.complete", method: .post, path: "/v1/completions", socket: .api, access: .verb(.inferenceInvoke),
        audited: .inference, summary: "Continue a text.")
    public static let modelsOpenAI = Operation(
        id: "models.list", method: .get, path: "/v1/models", socket: .api, access: .verb(.modelsRead), audited: .counted,
        summary: "List the models the caller may read.")
    public static let modelOpenAI = Operation(
        id: "models.show", method: .get, path: "/v1/models/{name}", socket: .api, access: .verb(.modelsRead), audited: .counted,
        summary: "Show one model.")

    // MARK: Node

    public static let status = Operation(
        id: "node.status", method: .get, path: "/holdfast/v1/status", socket: .admin, access: .verb(.nodeRead), audited: .counted,
        summary: "Show health, models, memory, disk, audit and limits.")

    // MARK: Models

    public static let modelList = Operation(
        id: "models.list", method: .get, path: "/holdfast/v1/models", socket: .admin, access: .verb(.modelsRead), audited: .counted,
        summary: "List the models the caller may read.")
    public static let modelShow = Operation(
        id: "models.show", method: .get, path: "/holdfast/v1/models/{name}", socket: .admin, access: .verb(.modelsRead), audited: .counted,
        summary: "Show one model.")
    public static let modelAdd = Operation(
        id: "models.add", method: .post, path: "/holdfast/v1/models/{name}", socket: .admin, access: .verb(.modelsAdd), audited: .effect,
        summary: "Store a model file, streamed in, and name it.")
    public static let modelAlias = Operation(
        id: "models.alias", method: .post, path: "/holdfast/v1/models/{name}/aliases", socket: .admin, access: .verb(.modelsAlias),
        audited: .change, summary: "Give a model another name; the verb is needed on both names.")
    public static let modelRemove = Operation(
        id: "models.remove", method: .delete, path: "/holdfast/v1/models/{name}", socket: .admin, access: .verb(.modelsRemove),
        audited: .change, summary: "Remove a name, and with the last name the model and its file.")
    public static let modelVerify = Operation(
        id: "models.verify", method: .post, path: "/holdfast/v1/models/{name}/verify", socket: .admin, access: .verb(.modelsVerify),
        audited: .effect, summary: "Read a model's file again and hold it against its digest.")
    public static let modelVerifyAll = Operation(
        id: "models.verify-all", method: .post, path: "/holdfast/v1/verify", socket: .admin, access: .verb(.modelsVerify), audited: .effect,
        summary: "Verify every model the caller may verify.")
    public static let modelPrune = Operation(
        id: "models.prune", method: .post, path: "/holdfast/v1/prune", socket: .admin, access: .verb(.modelsPrune), audited: .effect,
        summary: "Delete half-staged and unreferenced files.")
    public static let modelLoad = Operation(
        id: "models.load", method: .post, path: "/holdfast/v1/models/{name}/load", socket: .admin, access: .verb(.modelsLoad),
        audited: .effect, summary: "Start an engine for a model.")
    public static let modelUnload = Operation(
        id: "models.unload", method: .post, path: "/holdfast/v1/models/{name}/unload", socket: .admin, access: .verb(.modelsUnload),
        audited: .effect, summary: "Stop a model's engine.")
    public static let modelPinPrompt = Operation(
        id: "models.pin-prompt", method: .post, path: "/holdfast/v1/models/{name}/pinned-prompts", socket: .admin,
        access: .verb(.modelsPin), audited: .change, summary: "Compute a prompt once and keep it for everybody who may ask the model.")
    public static let modelUnpinPrompt = Operation(
        id: "models.unpin-prompt", method: .post, path: "/holdfast/v1/models/{name}/pinned-prompts/remove", socket: .admin,
        access: .verb(.modelsPin), audited: .change, summary: "Keep a pinned prompt no longer.")
    public static let engineList = Operation(
        id: "models.ps", method: .get, path: "/holdfast/v1/engines", socket: .admin, access: .verb(.modelsRead), audited: .counted,
        summary: "List the loaded models the caller may read.")

    public static let modelPin = Operation(
        id: "models.pin", method: .post, path: "/holdfast/v1/models/{name}/pin", socket: .admin, access: .verb(.modelsPin),
        audited: .change, summary: "Load a model now and at each start, and keep it loaded.")
    public static let modelUnpin = Operation(
        id: "models.unpin", method: .delete, path: "/holdfast/v1/models/{name}/pin", socket: .admin, access: .verb(.modelsPin),
        audited: .change, summary: "Let a pinned model go when it is not used.")
    public static let modelFootprint = Operation(
        id: "models.footprint", method: .get, path: "/holdfast/v1/models/{name}/footprint", socket: .admin, access: .verb(.modelsRead),
        audited: .counted, summary: "Show what a model takes of memory, as it is and in other quantizations.")
    public static let modelRecommend = Operation(
        id: "models.recommend", method: .post, path: "/holdfast/v1/recommend", socket: .admin, access: .verb(.modelsRead),
        audited: .counted, summary: "Rank the models the caller may read for a task.")

    public static let modelTune = Operation(
        id: "models.tune", method: .post, path: "/holdfast/v1/models/{name}/tune", socket: .admin, access: .verb(.modelsTune),
        audited: .effect, summary: "Measure which engine settings are fastest for a model on this machine, and use them from then on.")
    public static let modelTuneReset = Operation(
        id: "models.tune-reset", method: .delete, path: "/holdfast/v1/models/{name}/tune", socket: .admin, access: .verb(.modelsTune),
        audited: .change, summary: "Go back to the node's own engine settings for a model.")

    // MARK: Saved prefixes

    public static let cacheList = Operation(
        id: "cache.list", method: .get, path: "/holdfast/v1/cache", socket: .admin, access: .verb(.cacheRead), audited: .counted,
        summary: "List saved prefixes: whose, of which model, how large.")
    public static let cacheClear = Operation(
        id: "cache.clear", method: .post, path: "/holdfast/v1/cache/clear", socket: .admin, access: .verb(.cacheClear), audited: .effect,
        summary: "Erase saved prefixes, of everybody, one model or one subject.")

    // MARK: Access

    public static let accessWhoami = Operation(
        id: "access.whoami", method: .get, path: "/holdfast/v1/access/whoami", socket: .admin,
        access: .anyCaller(because: "callers may know how the node sees them"), audited: .counted,
        summary: "Show who the caller is and which roles it holds.")
    public static let accessCan = Operation(
        id: "access.can", method: .post, path: "/holdfast/v1/access/can", socket: .admin,
        access: .anyCaller(because: "callers may ask what they themselves may do"), audited: .counted,
        summary: "Say whether the caller may do something, and which rule decides.")
    public static let accessCanAs = Operation(
        id: "access.can-as", method: .post, path: "/holdfast/v1/access/can-as", socket: .admin, access: .verb(.accessRead),
        audited: .counted, summary: "Say whether another subject may do something, and which rule decides.")

    public static let accessExplain = Operation(
        id: "access.explain", method: .post, path: "/holdfast/v1/access/explain", socket: .admin,
        access: .anyCaller(because: "callers may ask what they themselves may do"), audited: .counted,
        summary: "List every rule that allows the caller something, or say why none does.")
    public static let accessExplainAs = Operation(
        id: "access.explain-as", method: .post, path: "/holdfast/v1/access/explain-as", socket: .admin, access: .verb(.accessRead),
        audited: .counted, summary: "List every rule that allows another subject something, or say why none does.")
    public static let accessWhoCan = Operation(
        id: "access.who-can", method: .post, path: "/holdfast/v1/access/who-can", socket: .admin, access: .verb(.accessRead),
        audited: .counted, summary: "List every subject that may do something, with the rules and bindings.")

    public static let accessLimits = Operation(
        id: "access.limits", method: .get, path: "/holdfast/v1/access/limits", socket: .admin, access: .verb(.accessRead),
        audited: .counted, summary: "Show the limits of bindings, and how much of them is used.")

    // MARK: Policy

    public static let policyShow = Operation(
        id: "access.policy.show", method: .get, path: "/holdfast/v1/access/policy", socket: .admin, access: .verb(.accessRead),
        audited: .counted, summary: "Show a policy generation with its files, and how the directory differs.")
    public static let policyHistory = Operation(
        id: "access.policy.history", method: .get, path: "/holdfast/v1/access/policy/history", socket: .admin,
        access: .verb(.accessRead), audited: .counted, summary: "List policy generations.")
    public static let policyDiff = Operation(
        id: "access.policy.diff", method: .post, path: "/holdfast/v1/access/policy/diff", socket: .admin, access: .verb(.accessRead),
        audited: .counted, summary: "Replay audit records against a policy that does not rule yet.")
    public static let policyApply = Operation(
        id: "access.policy.apply", method: .post, path: "/holdfast/v1/access/policy", socket: .admin, access: .verb(.accessWrite),
        audited: .change, summary: "Check a policy, store it as a generation and put it in force.")
    public static let policyRollback = Operation(
        id: "access.policy.rollback", method: .post, path: "/holdfast/v1/access/policy/rollback", socket: .admin,
        access: .verb(.accessWrite), audited: .change, summary: "Put the files of an older generation in force, as a new one.")

    // MARK: Subjects that the kernel does not know

    public static let accessTokenCreate = Operation(
        id: "access.token.create", method: .post, path: "/holdfast/v1/access/tokens", socket: .admin, access: .verb(.accessTokens),
        audited: .change, summary: "Make an access token and show it, once.")
    public static let accessTokenList = Operation(
        id: "access.token.list", method: .get, path: "/holdfast/v1/access/tokens", socket: .admin, access: .verb(.accessTokens),
        audited: .counted, summary: "List access tokens, without their secrets.")
    public static let accessTokenRevoke = Operation(
        id: "access.token.revoke", method: .delete, path: "/holdfast/v1/access/tokens/{name}", socket: .admin,
        access: .verb(.accessTokens), audited: .change, summary: "End an access token at once.")
    public static let accessSocketCreate = Operation(
        id: "access.socket.create", method: .post, path: "/holdfast/v1/access/sockets", socket: .admin, access: .verb(.accessTokens),
        audited: .change, summary: "Open a socket whose callers are one subject.")
    public static let accessSocketList = Operation(
        id: "access.socket.list", method: .get, path: "/holdfast/v1/access/sockets", socket: .admin, access: .verb(.accessTokens),
        audited: .counted, summary: "List application sockets.")
    public static let accessSocketRevoke = Operation(
        id: "access.socket.revoke", method: .delete, path: "/holdfast/v1/access/sockets/{name}", socket: .admin,
        access: .verb(.accessTokens), audited: .change, summary: "Close an application socket and its connections.")

    // MARK: Audit

    public static let auditList = Operation(
        id: "audit.list", method: .get, path: "/holdfast/v1/audit/records", socket: .admin, access: .verb(.auditRead), audited: .counted,
        summary: "List audit records.")
    public static let auditTail = Operation(
        id: "audit.tail", method: .get, path: "/holdfast/v1/audit/tail", socket: .admin, access: .verb(.auditRead), audited: .counted,
        summary: "Follow audit records as they are written.")
    public static let auditShow = Operation(
        id: "audit.show", method: .get, path: "/holdfast/v1/audit/records/{id}", socket: .admin, access: .verb(.auditRead),
        audited: .counted, summary: "Show the records of one request.")
    public static let auditVerify = Operation(
        id: "audit.verify", method: .post, path: "/holdfast/v1/audit/verify", socket: .admin, access: .verb(.auditVerify), audited: .effect,
        summary: "Recompute the audit tree against the newest checkpoint.")
    public static let auditCheckpoint = Operation(
        id: "audit.checkpoint", method: .post, path: "/holdfast/v1/audit/checkpoint", socket: .admin, access: .verb(.auditVerify),
        audited: .counted, summary: "Sign a checkpoint if records wait for one, and show the newest.")
    public static let auditProve = Operation(
        id: "audit.prove", method: .get, path: "/holdfast/v1/audit/proofs/{id}", socket: .admin, access: .verb(.auditRead),
        audited: .counted, summary: "Prove that a record is in the log.")
    public static let auditConsistency = Operation(
        id: "audit.consistency", method: .get, path: "/holdfast/v1/audit/consistency", socket: .admin, access: .verb(.auditVerify),
        audited: .counted, summary: "Prove that the log begins with what it was at an earlier checkpoint.")
    public static let auditExport = Operation(
        id: "audit.export", method: .post, path: "/holdfast/v1/audit/export", socket: .admin, access: .verb(.auditExport),
        audited: .effect, summary: "Write audit records out, with their proof or for another system.")
    public static let auditReport = Operation(
        id: "audit.report", method: .post, path: "/holdfast/v1/audit/report", socket: .admin, access: .verb(.auditExport),
        audited: .effect, summary: "Say in tables and charts what happened in a month.")
    public static let auditRotateKey = Operation(
        id: "audit.rotate-key", method: .post, path: "/holdfast/v1/audit/rotate-key", socket: .admin, access: .verb(.accessWrite),
        audited: .change, summary: "Let the log's signing key hand over to a new one.")
    public static let auditPrune = Operation(
        id: "audit.prune", method: .post, path: "/holdfast/v1/audit/prune", socket: .admin, access: .verb(.auditPrune), audited: .change,
        summary: "Ask that old audit entries go; nothing goes yet.")
    public static let auditPruneApprove = Operation(
        id: "audit.prune-approve", method: .post, path: "/holdfast/v1/audit/prune/{id}/approve", socket: .admin,
        access: .verb(.auditPrune), audited: .change, summary: "Agree, as another subject, that audit entries go.")
    public static let auditForget = Operation(
        id: "audit.forget", method: .post, path: "/holdfast/v1/audit/forget", socket: .admin, access: .verb(.auditForget),
        audited: .change, summary: "Erase what is held of one request's or one subject's content; the records stay.")
    public static let auditMatch = Operation(
        id: "audit.match", method: .post, path: "/holdfast/v1/audit/records/{id}/match", socket: .admin, access: .verb(.auditMatch),
        audited: .change, summary: "Say whether a text is a record's prompt or answer.")
    public static let auditContent = Operation(
        id: "audit.content", method: .get, path: "/holdfast/v1/audit/records/{id}/content", socket: .admin,
        access: .verb(.auditContent), audited: .change, summary: "Hand out captured content, encrypted as it is kept.")
}
