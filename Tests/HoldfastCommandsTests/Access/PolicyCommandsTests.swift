import HoldfastAPI
import HoldfastCore
import Testing

@testable import HoldfastCommands

@Suite(.timeLimit(.minutes(1)))
struct PolicyCommandsTests {
    private static func generation(_ number: Int64, source: String = "apply", copiedFrom: Int64? = nil) -> PolicyGenerationBody {
        PolicyGenerationBody(
            number: number, digest: "sha256:" + String(repeating: "ab", count: 32), authorUID: 0, source: source, copiedFrom: copiedFrom,
            time: 0)
    }

    @Test func filesAreSentByTheirWholePathsAndFoldersByTheirYAML() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("b.yaml", "b".utf8)
        let first = try folder.file("a.yaml", "a".utf8)
        _ = try folder.file("notes.txt", "n".utf8)
        #expect(try PolicyFileSet.read([]) == nil)
        #expect(try PolicyFileSet.read([folder.path])?.map(\.name) == [first, "\(folder.path)/b.yaml"])
        #expect(try PolicyFileSet.read(["\(folder.path)/./a.yaml"])?.map(\.name) == [first])
        #expect(try PolicyFileSet.read([first])?.map(\.text) == ["a"])
        let bad = try folder.file("c.yaml", [0xFF])
        #expect(throws: HoldfastError.self) { try PolicyFileSet.read([bad]) }
        #expect(throws: HoldfastError.self) { try PolicyFileSet.read([folder.path + "/none.yaml"]) }
    }

    @Test func applyingSaysWhatIsInForce() {
        func said(_ generation: PolicyGenerationBody, isNew: Bool = true) -> String {
            PolicyText.applied(PolicyAppliedBody(generation: generation, isNew: isNew, warnings: []))
        }
        #expect(said(Self.generation(3)) == "Generation 3 is in force.")
        #expect(said(Self.generation(4, source: "rollback", copiedFrom: 1)) == "Generation 4 is in force, with the files of 1.")
        #expect(said(Self.generation(3), isNew: false).hasPrefix("Generation 3 rules on: the files are the same."))
    }

    @Test func driftIsOneLine() {
        #expect(
            PolicyText.drift(PolicyDriftBody(changed: ["a"], added: ["b"], removed: ["c"], error: nil))
                == "a changed, b only in the directory, c no longer in the directory; the stored generation rules until the directory is applied"
        )
        #expect(PolicyText.drift(PolicyDriftBody(changed: [], added: [], removed: [], error: "gone")) == "gone")
    }

    @Test func aDiffShowsCountsAndWhatComesAndGoes() {
        let change = PolicyDiffAnswerBody.Change(
            uid: 7, gid: 7, groups: [], subject: nil, socket: "api", operation: "inference.chat", verb: "inference:invoke",
            resource: "model:a:latest",
            allowed: false, rule: nil, count: 12, last: 0)
        func diff(_ changes: [PolicyDiffAnswerBody.Change]) -> String {
            PolicyText.diff(
                PolicyDiffAnswerBody(
                    generation: 2, digest: "d", warnings: [], replayed: 40, skipped: 3, changes: changes, addedRoles: [],
                    removedRoles: ["x"],
                    changedRoles: [], addedBindings: [.init(role: "user", subject: "uid:5", binding: "a.yaml:9")], removedBindings: [],
                    changedLimits: [.init(role: "user", subject: "uid:6", binding: "a.yaml:12")]),
                user: { _ in "kiosk" }, style: .plain)
        }
        let text = diff([change])
        #expect(text.hasPrefix("Against generation 2, 40 records replayed (3 more ask nothing of a policy):\n"))
        #expect(text.contains("12  kiosk  inference.chat  model:a:latest  allowed  denied"), "\(text)")
        #expect(text.contains("roles removed   x\n") && text.contains("binding added   uid:5 → user (a.yaml:9)\n"))
        #expect(text.contains("limits changed  uid:6 → user (a.yaml:12)\n"))
        #expect(diff([]).contains("no decision would be another.\n"))
    }

    @Test func explainEndsAsCanDoes() async throws {
        for allowed in [true, false] {
            let grants = allowed ? #"{"subject":"uid:1","role":"user","rule":"a.yaml:3","resource":"model:*","binding":"a.yaml:9"}"# : ""
            let json =
                #"{"allowed":\#(allowed),"subject":"uid:1","verb":"models:read","resource":"model:a:latest","grants":[\#(grants)],"explanation":"denied: Because.\nAnd.","policy_generation":1}"#
            let node = try FakeNode { $0.respond(200, json: json) }
            defer { node.stop() }
            let world = TestWorld()
            let status = try await world.run(["--runtime", node.runtime, "access", "explain", "models:read", "a"])
            #expect(status == (allowed ? .success : .denied))
            #expect(
                world.output.text.hasSuffix(
                    allowed ? "  role user, rule a.yaml:3 (model:*), binding a.yaml:9 (uid:1)\n" : "  Because.\n  And.\n"),
                "\(world.output.text)")
        }
    }
}
