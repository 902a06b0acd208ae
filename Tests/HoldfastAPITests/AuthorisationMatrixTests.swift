import FoundationEssentials
import HoldfastAPI
import HoldfastCore
import Testing

/// `Golden/role-operation-matrix.txt` is what reviewers read: a change of a role or an operation shows as a change of a line there.
/// `HOLDFAST_UPDATE_GOLDEN=1 swift test --filter AuthorisationMatrix` writes it anew.
@Suite("Role × operation matrix")
struct AuthorisationMatrixTests {
    static let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/role-operation-matrix.txt")

    @Test("is the golden file's")
    func matrix() throws {
        let actual = try Self.render()
        if ProcessInfo.processInfo.environment["HOLDFAST_UPDATE_GOLDEN"] == "1" {
            try Data(actual.utf8).write(to: Self.golden)
        }
        let expected = String(decoding: try Data(contentsOf: Self.golden), as: UTF8.self)
        if actual != expected { Issue.record("\(Self.difference(from: expected, to: actual))") }
    }

    @Test("a difference is shown by its lines")
    func differences() {
        let shown = Self.difference(from: "a\nb\nc\n", to: "a\nx\nc\n")
        #expect(shown.contains("- b\n+ x"))
        #expect(!shown.contains("a\n"))
    }

    @Test("whoever holds no role may only what needs no verb")
    func nobody() throws {
        for operation in Operation.all {
            if case .verb = operation.access { #expect(try Self.answer(operation, as: 99) == "403") }
        }
    }

    /// One uid for each built-in role, from 1; nobody is bound to 99.
    static let columns =
        BuiltInRoles.names.enumerated().map { (name: $0.element, uid: UInt32($0.offset + 1)) } + [(name: "nobody", uid: 99)]

    static func answer(_ operation: Operation, as uid: UInt32) throws -> String {
        guard case .verb(let verb) = operation.access else { return "yes" }
        let bindings = columns.dropLast().map { "  - {role: \($0.name), subjects: [uid:\($0.uid)]}\n" }.joined()
        let source = PolicySource(name: "matrix", text: "version: 1\nbindings:\n" + bindings)
        let nobody = NameResolver(user: { _ in nil }, group: { _ in nil })
        let authorizer = Authorizer(try PolicyLoader(builtInBindings: .none, resolver: nobody).load([source], generation: 1))
        let resource = verb.resourceKind == .node ? Resource.node : try Resource(parsing: "model:smollm2:135m")
        let caller = Caller(uid: uid, gid: 100, pid: 1, groups: [], socket: operation.socket)
        switch authorizer.decide(caller, Permission(verb, on: resource)) {
        case .allowed: return "yes"
        case .denied(let denial): return denial == .notThisResource ? "404" : "403"
        }
    }

    static func render() throws -> String {
        var rows = [["SOCKET", "METHOD", "PATH", "OPERATION", "NEEDS"] + columns.map { $0.name.uppercased() }]
        for operation in Operation.all {
            let needs = if case .verb(let verb) = operation.access { verb.rawValue } else { "-" }
            rows.append(
                [operation.socket.rawValue, operation.method.rawValue, operation.path, operation.id, needs]
                    + (try columns.map { try answer(operation, as: $0.uid) }))
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    static func difference(from expected: String, to actual: String) -> String {
        let before = expected.split(separator: "\n")
        let after = actual.split(separator: "\n")
        let lines = before.filter { !after.contains($0) }.map { "- \($0)" } + after.filter { !before.contains($0) }.map { "+ \($0)" }
        let shown = lines.isEmpty ? "the lines are in another order" : lines.joined(separator: "\n")
        return "\(golden.lastPathComponent) differs; if that is meant, run with HOLDFAST_UPDATE_GOLDEN=1:\n\(shown)"
    }
}
