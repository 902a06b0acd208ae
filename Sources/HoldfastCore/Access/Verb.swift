/// What a caller may be allowed to do. The one vocabulary: policies, operations, `access can` and audit records use these words.
/// `policies/README.md` describes each; a test holds the two together.
public enum Verb: String, CaseIterable, Codable, Sendable {
    case nodeRead = "node:read"
    case nodeBackup = "node:backup"
    case nodeDecommission = "node:decommission"
    case modelsRead = "models:read"
    case modelsAdd = "models:add"
    case modelsAlias = "models:alias"
    case modelsRemove = "models:remove"
    case modelsVerify = "models:verify"
    case modelsPrune = "models:prune"
    case modelsLoad = "models:load"
    case modelsUnload = "models:unload"
    case modelsPin = "models:pin"
    case modelsTune = "models:tune"
    case enginesWrite = "engines:write"
    case inferenceInvoke = "inference:invoke"
    case cacheRead = "cache:read"
    case cacheClear = "cache:clear"
    case accessRead = "access:read"
    case accessWrite = "access:write"
    case accessTokens = "access:tokens"
    case directorsWrite = "directors:write"
    case catalogKeys = "catalog:keys"
    case auditRead = "audit:read"
    case auditVerify = "audit:verify"
    case auditExport = "audit:export"
    case auditPrune = "audit:prune"
    case auditForget = "audit:forget"
    case auditMatch = "audit:match"
    case auditContent = "audit:content"

    /// Nobody who writes policy may have them: whoever decides who may do what must not be able to remove the record of it.
    static let removingRecords: [Verb] = [.auditPrune, .auditForget]

    /// What kind of thing the verb acts on; a rule that grants it on another kind grants nothing.
    public var resourceKind: ResourceKind {
        switch self {
        case .modelsRead, .modelsAdd, .modelsAlias, .modelsRemove, .modelsVerify, .modelsLoad, .modelsUnload, .modelsPin,
            .modelsTune, .inferenceInvoke:
            .model
        case .nodeRead, .nodeBackup, .nodeDecommission, .modelsPrune, .enginesWrite, .cacheRead, .cacheClear, .directorsWrite,
            .catalogKeys, .accessRead, .accessWrite,
            .accessTokens, .auditRead, .auditVerify,
            .auditExport, .auditPrune, .auditForget, .auditMatch, .auditContent:
            .node
        }
    }
}

public enum ResourceKind: String, Codable, Sendable {
    case model
    case node
}

/// One thing a verb acts on. Written `node` or `model:NAME:TAG`.
public enum Resource: Hashable, Sendable, CustomStringConvertible {
    case node
    case model(ModelName)

    /// Reads `node`, `model:NAME[:TAG]`, or a bare model name.
    /// - Throws: ``HoldfastError`` `name_invalid`.
    public init(parsing text: some StringProtocol) throws {
        if text == "node" {
            self = .node
        } else if text.hasPrefix("model:") {
            self = .model(try ModelName(parsing: text.dropFirst(6)))
        } else {
            self = .model(try ModelName(parsing: text))
        }
    }

    public var kind: ResourceKind {
        switch self {
        case .node: .node
        case .model: .model
        }
    }

    public var description: String {
        switch self {
        case .node: "node"
        case .model(let name): "model:\(name)"
        }
    }
}

/// A verb on a resource: what an operation needs before it runs.
public struct Permission: Hashable, Sendable, CustomStringConvertible {
    public let verb: Verb
    public let resource: Resource

    public init(_ verb: Verb, on resource: Resource) {
        self.verb = verb
        self.resource = resource
    }

    public var description: String { "\(verb.rawValue) on \(resource)" }
}
