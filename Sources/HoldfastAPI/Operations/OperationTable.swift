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
        status,
        modelList, modelShow, modelAdd, modelAlias, modelRemove, modelVerify, modelVerifyAll, modelPrune,
        modelLoad, modelUnload, engineList,
        accessWhoami, accessCan, accessCanAs,
        auditList, auditTail, auditShow, auditVerify,
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
    public static let engineList = Operation(
        id: "models.ps", method: .get, path: "/holdfast/v1/engines", socket: .admin, access: .verb(.modelsRead), audited: .counted,
        summary: "List the loaded models the caller may read.")

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
}
