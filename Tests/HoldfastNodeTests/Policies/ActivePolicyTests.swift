import Foundation
import HoldfastCore
import HoldfastStore
import Testing

@testable import HoldfastNode

@Suite("The policy that rules")
struct ActivePolicyTests {
    private let folder: TestFolder
    private let state: TestFolder
    init() throws {
        folder = try TestFolder()
        state = try TestFolder()
    }

    private static func text(_ uid: Int, role: String = "viewer") -> String {
        "version: 1\nbindings: [{role: \(role), subjects: [\"uid:\(uid)\"]}]\n"
    }

    private static let admin = "version: 1\nbindings: [{role: security-admin, subjects: [\"uid:1\"]}]\n"

    private func allows(_ policy: ActivePolicy, _ uid: UInt32) -> Bool {
        policy.authorizer.decide(Caller(uid: uid, gid: uid, pid: 1, groups: [], socket: .admin), Permission(.nodeRead, on: .node)).isAllowed
    }

    private var directory: PolicyDirectory { PolicyDirectory(path: folder.path) }
    private func open() throws -> NodeStore { try NodeStore.open(StoreOptions(stateDirectory: state.path + "/state")) }

    private func load(_ store: NodeStore) async throws -> ActivePolicy {
        try ActivePolicy(directory: directory, stored: try await store.policies.active(), builtIn: .none)
    }

    private static func record(_ operation: String = "policy.load") -> AuditRecord {
        AuditRecord(
            id: "r", time: 1, phase: .event, actor: AuditActor(Caller(uid: 1, gid: 1, pid: 1, groups: [], socket: .admin)),
            operation: operation, outcome: AuditOutcome(.ok), policyGeneration: 1)
    }

    /// A node's start, as far as policy goes.
    private func start(_ store: NodeStore) async throws -> PolicyChange {
        let policy = try await load(store)
        let change = PolicyChange(store: store, policy: policy)
        if !policy.wasStored { try await change.store(first: policy.authorizer.policy, by: 1, record: Self.record()) }
        return change
    }

    @Test("the first start stores the directory; from then on the generation rules, and the directory's edits are drift")
    func starts() async throws {
        _ = try folder.write("a.yaml", Self.text(5))
        _ = try folder.write("admin.yaml", Self.admin)
        var store = try open()
        var change = try await start(store)
        #expect(allows(change.policy, 5) && !change.policy.wasStored && change.policy.drift == nil)
        #expect(try await store.policies.active()?.generation.source == .start)
        await store.close()

        _ = try folder.write("a.yaml", "nonsense: [")
        _ = try folder.write("b.yaml", Self.text(6))
        try FileManager.default.removeItem(atPath: folder.path + "/admin.yaml")
        store = try open()
        change = try await start(store)
        #expect(change.policy.wasStored && allows(change.policy, 5) && !allows(change.policy, 6))
        let drift = try #require(change.policy.drift)
        #expect(drift.changed == ["a.yaml"] && drift.added == ["b.yaml"] && drift.removed == ["admin.yaml"] && drift.error == nil)
        await store.close()
    }

    @Test("a change is checked, committed with its record and swapped; a bad one changes nothing")
    func apply() async throws {
        let store = try open()
        let change = try await start(store)
        let files = [PolicySource(name: "/p/a.yaml", text: Self.text(5)), PolicySource(name: "/p/b.yaml", text: Self.admin)]
        let applied = try await change.apply(files, by: 7, .apply, record: Self.record("access.policy.apply"))
        #expect(applied.generation?.number == 2 && applied.generation?.authorUID == 7 && applied.policy.generation == 2)
        #expect(allows(change.policy, 5) && change.policy.authorizer.policy.generation == 2)
        let records = try await store.audit.records(matching: AuditFilter(operationPrefix: "access.policy"), limit: 9)
        #expect(records.map(\.record.parameters) == [["generation": 2, "roles": 6, "bindings": 2, "warnings": 0]])
        #expect(records.first?.record.resource == AuditResource(kind: "policy", digest: applied.policy.digest))
        for bad in [
            [PolicySource(name: "/p/a.yaml", text: Self.text(5, role: "no-such-role")), files[1]], [files[0]], [],
            (0...256).map { PolicySource(name: "/p/\($0).yaml", text: Self.admin) },
        ] {
            let error = await #expect(throws: HoldfastError.self) { try await change.apply(bad, by: 7, .apply, record: Self.record()) }
            #expect(error?.code == .policyInvalid)
        }
        #expect(allows(change.policy, 5) && change.policy.authorizer.policy.generation == 2 && store.audit.size == 2)
        let again = try await change.apply(files, by: 7, .apply, record: Self.record())
        #expect(again.generation == nil && again.policy.generation == 2 && store.audit.size == 3, "the same files are no new generation")
        await store.close()
    }

    @Test("killed between commit and swap, the next start has the committed one")
    func killed() async throws {
        let files = [PolicySource(name: "/p/a.yaml", text: Self.text(5)), PolicySource(name: "/p/b.yaml", text: Self.admin)]
        var store = try open()
        let change = try await start(store)
        let candidate = try change.policy.candidate(files)
        _ = try await store.commit {
            _ = try $0.addPolicy(candidate.sources, digest: candidate.digest, authorUID: 1, source: .apply)
            return try $0.append(Self.record())
        }
        #expect(!allows(change.policy, 5), "not swapped yet")
        await store.close()
        store = try open()
        let next = try await start(store)
        #expect(allows(next.policy, 5) && next.policy.authorizer.policy.generation == 2)
        #expect(next.policy.authorizer.policy.digest == candidate.digest)
        await store.close()
    }

    @Test("whatever the order in which two changes are swapped in, the later generation rules")
    func order() async throws {
        let store = try open()
        let policy = try await start(store).policy
        let (second, third) = (
            try policy.candidate([PolicySource(name: "/p/a.yaml", text: Self.admin)]).numbered(2),
            try policy.candidate([PolicySource(name: "/p/b.yaml", text: Self.admin)]).numbered(3)
        )
        policy.swap(to: third)
        policy.swap(to: second)
        #expect(policy.authorizer.policy.generation == 3)
        await store.close()
    }

    @Test("applied, read back, rolled back: the same files decide the same", arguments: UInt64(0)..<5)
    func roundTrip(seed: UInt64) async throws {
        var random = SplitMix(state: seed)
        var store = try open()
        var change = try await start(store)
        var versions: [[PolicySource]] = [[]]
        for _ in 0..<6 {
            if versions.count > 2, random.next() % 3 == 0 {
                let target = Int(random.next() % UInt64(versions.count - 1)) + 2
                let applied = try await change.apply(
                    versions[target - 1], by: 1, .rollback, copiedFrom: Int64(target), record: Self.record())
                #expect(applied.generation?.copiedFrom == Int64(target))
                versions.append(versions[target - 1])
            } else {
                // A comment makes each another.
                let uids = (0..<3).map { _ in Int(random.next() % 50) + 2 }
                let files =
                    [PolicySource(name: "/p/admin.yaml", text: Self.admin)]
                    + uids.enumerated().map { PolicySource(name: "/p/\($0).yaml", text: "# \(versions.count) é\n" + Self.text($1)) }
                _ = try await change.apply(files, by: 1, .apply, record: Self.record())
                versions.append(files)
            }
            if random.next() % 2 == 0 {
                await store.close()
                store = try open()
                change = try await start(store)
            }
            #expect(Set(change.policy.authorizer.policy.sources) == Set(versions.last ?? []))
            #expect(change.policy.authorizer.policy.generation == versions.count)
        }
        let history = try await store.policies.generations(limit: 100)
        #expect(history.map(\.number) == (1...Int64(versions.count)).reversed())
        for (index, files) in versions.enumerated() {
            let stored = try #require(try await store.policies.policy(Int64(index + 1)))
            #expect(Set(stored.files) == Set(files))
            if index > 0 { #expect(try change.policy.candidate(stored.files).digest == stored.generation.digest) }
        }
        await store.close()
    }

    private struct SplitMix {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    @Test("a first start with files that leave nobody to write policy is refused; what rules already is only warned of")
    func guards() async throws {
        _ = try folder.write("a.yaml", Self.text(5))
        var store = try open()
        await #expect(throws: HoldfastError.self) { try await load(store) }
        _ = try folder.write("b.yaml", "version: 1\nbindings: [{role: security-admin, subjects: [\"user:hf-no-such-user\", \"uid:1\"]}]\n")
        _ = try await start(store)
        // As if the user database had changed since.
        _ = try await store.commit {
            try $0.addPolicy(
                [
                    PolicySource(
                        name: "/p/a.yaml", text: "version: 1\nbindings: [{role: security-admin, subjects: [\"user:hf-no-such-user\"]}]\n")
                ],
                digest: SHA256Digest(parsing: String(repeating: "ab", count: 32)), authorUID: 1, source: .apply)
        }
        await store.close()
        store = try open()
        let policy = try await load(store)
        #expect(policy.warnings.contains { $0.contains("nobody on this machine") }, "\(policy.warnings)")
        await store.close()
    }

    @Test("only *.yaml is read, and a file too large or unreadable stops the load")
    func files() throws {
        _ = try folder.write("a.yaml", Self.text(5))
        _ = try folder.write("notes.txt", "not a policy")
        #expect(try directory.read().map(\.name) == [folder.path + "/a.yaml"])
        #expect(try PolicyDirectory(path: nil).read().isEmpty)
        _ = try folder.write("b.yaml", String(repeating: "# \n", count: 400_000))
        #expect(throws: HoldfastError.self) { try directory.read() }
        try FileManager.default.removeItem(atPath: folder.path + "/b.yaml")
        symlink("/nonexistent", folder.path + "/c.yaml")
        #expect(throws: HoldfastError.self) { try directory.read() }
        #expect(PolicyDrift(directory, [])?.error != nil)
        #expect(throws: HoldfastError.self) { try PolicyDirectory(path: folder.path + "/none").read() }
    }
}
