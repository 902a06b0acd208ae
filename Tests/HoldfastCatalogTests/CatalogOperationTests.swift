import HoldfastAPI
import HoldfastCore
import Testing

@testable import HoldfastCatalog

@Suite struct CatalogOperationTests {
    /// Who may do what, in one line for each operation: a change of it is a decision.
    @Test
    func `Roles and operations`() throws {
        let policy = try PolicyLoader(builtInBindings: .none, resolver: NameResolver(user: { _ in nil }, group: { _ in nil })).load(
            [], generation: 1)
        let authorizer = Authorizer(policy)
        var lines: [String] = []
        for operation in HoldfastAPI.Operation.catalog {
            guard case .verb(let verb) = operation.access else {
                lines.append("\(operation.id) anybody")
                continue
            }
            let roles = policy.roles.map(\.name).filter { role in
                authorizer.mayAnything(Caller(.token(name: "t", role: role), socket: .catalog), verb).isAllowed
            }
            lines.append("\(operation.id) \(roles.joined(separator: " "))")
        }
        #expect(lines == Self.expected)
    }

    private static let expected = [
        "node.health anybody", "catalog.metadata anybody", "catalog.target anybody", "catalog.blob anybody", "catalog.director anybody",
        "catalog.repository viewer operator security-admin auditor records-officer", "catalog.upload operator", "catalog.publish operator",
        "catalog.withdraw operator", "catalog.root security-admin", "catalog.rotate security-admin", "catalog.keep security-admin",
        "catalog.gc operator", "catalog.director.set operator",
        "catalog.director.list viewer operator security-admin auditor records-officer", "access.token.create security-admin",
        "access.token.list security-admin", "access.token.revoke security-admin", "audit.verify auditor",
    ]
}
