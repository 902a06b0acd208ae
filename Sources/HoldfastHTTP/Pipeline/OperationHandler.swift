public import HoldfastAPI
public import HoldfastCore
public import Hummingbird

/// One operation, carried out. Reading the request, naming what it is about and doing it are apart, so that nothing is touched before the
/// caller is known to be allowed.
public protocol OperationHandler: Sendable {
    associatedtype Input: Sendable

    var operation: Operation { get }
    /// Reads and checks the request; it looks nothing up.
    func read(_ request: Request, _ parameters: Parameters) async throws -> Input
    /// What the operation's verb must be allowed on, all of it. Empty for lists: the verb on anything is then enough, and `handle` filters.
    func resources(of input: Input) -> [Resource]
    func handle(_ input: Input, _ call: Call) async throws -> Answer
}

extension OperationHandler where Input == Void {
    public func read(_ request: Request, _ parameters: Parameters) async throws {}
    public func resources(of input: Void) -> [Resource] { operation.actsOnNode ? [.node] : [] }
}

extension OperationHandler where Input == ModelName {
    /// The model named in the path.
    public func read(_ request: Request, _ parameters: Parameters) async throws -> ModelName {
        try parameters.modelName()
    }
    public func resources(of input: ModelName) -> [Resource] { [.model(input)] }
}

extension Operation {
    fileprivate var actsOnNode: Bool {
        guard case .verb(let verb) = access else { return false }
        return verb.resourceKind == .node
    }
}

extension Parameters {
    /// - Throws: ``HoldfastError`` `name_invalid`.
    public func modelName() throws -> ModelName {
        let encoded = get("name") ?? ""
        guard let name = PercentEncoding.decode(encoded) else {
            throw HoldfastError(
                .nameInvalid, "The name '\(encoded.prefix(80))' in the path is not UTF-8 in percent-encoding.",
                hint: "encode '%' as %25, ':' as %3A and '/' as %2F", field: "name")
        }
        return try ModelName(parsing: name)
    }
}
