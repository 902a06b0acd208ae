/// One policy file, read: what it says, not yet held against other files.
public struct PolicyDocument: Hashable, Sendable {
    public let source: String
    public let roles: [Role]
    public let bindings: [Binding]
    public let recipients: [CaptureRecipient]
    /// Where it says `built_in_bindings: false`.
    let dropsBuiltInBindings: SourceLocation?

    /// Reads one file. Whether its bindings name roles that exist only a ``PolicyLoader`` can tell.
    /// - Throws: ``HoldfastError`` `policy_invalid` whose cause is ``PolicyProblems``.
    public init(parsing source: PolicySource) throws {
        let (document, problems) = Self.read(source)
        guard problems.isEmpty else { throw PolicyProblems.error(problems) }
        self = document
    }

    init(
        source: String, roles: [Role], bindings: [Binding], recipients: [CaptureRecipient], dropsBuiltInBindings: SourceLocation?
    ) {
        self.source = source
        self.roles = roles
        self.bindings = bindings
        self.recipients = recipients
        self.dropsBuiltInBindings = dropsBuiltInBindings
    }

    /// Reads as much as makes sense, so that all problems of a file are told at once.
    static func read(_ source: PolicySource) -> (document: PolicyDocument, problems: [PolicyProblem]) {
        var reader = PolicyReader(file: source.name)
        do {
            reader.readDocument(try PolicyYAML.compose(source))
        } catch {
            reader.problems.append(error.problem)
        }
        let document = PolicyDocument(
            source: source.name, roles: reader.roles, bindings: reader.bindings, recipients: reader.recipients,
            dropsBuiltInBindings: reader.dropsBuiltInBindings)
        return (document, reader.problems)
    }
}
