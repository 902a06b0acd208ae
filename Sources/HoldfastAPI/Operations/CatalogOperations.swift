import HoldfastCore

extension Operation {
    /// Every operation of a central catalog, on each of its listeners. The verbs are those of a node, where a node has such a thing.
    public static let catalog: [Operation] = [
        health(on: .catalog),
        catalogMetadata, catalogTarget, catalogBlob, catalogDirector,
        catalogRepository, catalogUpload, catalogPublish, catalogWithdraw, catalogRoot, catalogRotate, catalogKeep, catalogGC,
        catalogDirectorSet, catalogDirectorList, catalogTokenCreate, catalogTokenList, catalogTokenRevoke, catalogAuditVerify,
    ]

    private static let signed = "what it answers is signed, and a node that is not enrolled must be able to see it"

    // MARK: What nodes fetch

    public static let catalogMetadata = Operation(
        id: "catalog.metadata", method: .get, path: "/tuf/metadata/{file}", socket: .catalog, access: .anyCaller(because: signed),
        audited: .counted, summary: "Fetch a file of TUF metadata.")
    public static let catalogTarget = Operation(
        id: "catalog.target", method: .get, path: "/tuf/targets/**", socket: .catalog, access: .anyCaller(because: signed),
        audited: .counted,
        summary: "Fetch a manifest.")
    public static let catalogBlob = Operation(
        id: "catalog.blob", method: .get, path: "/blobs/sha256/{digest}", socket: .catalog,
        access: .anyCaller(because: "its name is its digest"),
        audited: .counted, summary: "Fetch a model's file, or ranges of it.")
    public static let catalogDirector = Operation(
        id: "catalog.director", method: .get, path: "/directors/{node}", socket: .catalog, access: .anyCaller(because: signed),
        audited: .counted,
        summary: "Fetch a node's director document; 304 when its ETag is known.")

    // MARK: What operators do

    public static let catalogRepository = Operation(
        id: "catalog.repository", method: .get, path: "/catalog/v1/repository", socket: .catalog, access: .verb(.nodeRead),
        audited: .counted,
        summary: "Read the newest metadata, the signer's keys and what it has signed.")
    public static let catalogUpload = Operation(
        id: "catalog.upload", method: .post, path: "/catalog/v1/blobs/{name}", socket: .catalog, access: .verb(.modelsAdd),
        audited: .change,
        summary: "Upload a model's file; it is read to its last byte.")
    public static let catalogPublish = Operation(
        id: "catalog.publish", method: .post, path: "/catalog/v1/publications/{name}", socket: .catalog, access: .verb(.modelsAdd),
        audited: .change, summary: "Publish a version of a model: its manifest, and targets metadata that names it.")
    public static let catalogWithdraw = Operation(
        id: "catalog.withdraw", method: .post, path: "/catalog/v1/withdrawals/{name}", socket: .catalog, access: .verb(.modelsRemove),
        audited: .change, summary: "Yank or revoke a version of a model.")
    public static let catalogGC = Operation(
        id: "catalog.gc", method: .post, path: "/catalog/v1/gc", socket: .catalog, access: .verb(.modelsPrune), audited: .change,
        summary: "Delete files of models that nothing published names, and old metadata.")
    public static let catalogRoot = Operation(
        id: "catalog.root", method: .post, path: "/catalog/v1/root", socket: .catalog, access: .verb(.catalogKeys), audited: .change,
        summary: "Put the next root in force, with targets where its keys ask for new ones; renew what expires.")
    public static let catalogRotate = Operation(
        id: "catalog.rotate", method: .post, path: "/catalog/v1/signer/{role}", socket: .catalog, access: .verb(.catalogKeys),
        audited: .effect,
        summary: "Have the signer make a further key.")
    public static let catalogKeep = Operation(
        id: "catalog.keep", method: .delete, path: "/catalog/v1/signer/{role}", socket: .catalog, access: .verb(.catalogKeys),
        audited: .effect,
        summary: "Have the signer forget the keys that the root no longer names.")
    public static let catalogDirectorSet = Operation(
        id: "catalog.director.set", method: .post, path: "/catalog/v1/directors/{node}", socket: .catalog, access: .verb(.directorsWrite),
        audited: .change, summary: "Say which models a node should run.")
    public static let catalogDirectorList = Operation(
        id: "catalog.director.list", method: .get, path: "/catalog/v1/directors", socket: .catalog, access: .verb(.nodeRead),
        audited: .counted,
        summary: "List what nodes are told to run.")
    public static let catalogTokenCreate = Operation(
        id: "access.token.create", method: .post, path: "/catalog/v1/tokens", socket: .catalog, access: .verb(.accessTokens),
        audited: .change,
        summary: "Make an operator's token; its text is shown once.")
    public static let catalogTokenList = Operation(
        id: "access.token.list", method: .get, path: "/catalog/v1/tokens", socket: .catalog, access: .verb(.accessTokens),
        audited: .counted,
        summary: "List tokens.")
    public static let catalogTokenRevoke = Operation(
        id: "access.token.revoke", method: .delete, path: "/catalog/v1/tokens/{name}", socket: .catalog, access: .verb(.accessTokens),
        audited: .change, summary: "Revoke a token.")
    public static let catalogAuditVerify = Operation(
        id: "audit.verify", method: .post, path: "/catalog/v1/audit/checkpoint", socket: .catalog, access: .verb(.auditVerify),
        audited: .counted,
        summary: "Sign a checkpoint of the catalog's audit log.")
}
