import Foundation
import HoldfastCore
import HoldfastTestSupport
import Testing

@testable import HoldfastSigner

@Suite struct SignerTests {
    /// 2026-11-24T12:00:00Z
    private static let now: Int64 = 1_795_521_600

    private let state: String
    private var expires: String { TUFTime(seconds: Self.now).adding(days: 7).description }

    init() throws { state = try TemporaryFolder.make() + "/state" }

    private func signer() throws -> Signer { try Signer(state: state) { Self.now } }

    private func document(_ type: String, version: Int, expires: String? = nil, _ more: [String: OLPCJSON] = [:]) -> OLPCJSON {
        .object(
            ["_type": .string(type), "version": .integer(version), "expires": .string(expires ?? self.expires)].merging(more) { $1 })
    }

    private func snapshot(_ version: Int, targets: Int) -> OLPCJSON {
        document("snapshot", version: version, ["meta": .object(["targets.json": .object(["version": .integer(targets)])])])
    }

    private func sign(_ document: OLPCJSON, _ signer: inout Signer) throws -> [SignerAnswer.Signature] {
        guard case .signatures(let list) = try signer.answer(.sign(document)) else { throw TestFailure("no signatures") }
        return list
    }

    private func refusal(_ document: OLPCJSON, _ signer: inout Signer) -> HoldfastError.Code? {
        do {
            _ = try sign(document, &signer)
            return nil
        } catch { return (error as? HoldfastError)?.code }
    }

    @Test
    func `What it signs is valid by its public key, also after a restart`() throws {
        var first = try signer()
        guard case .status(let keys, _) = try first.answer(.status) else { throw TestFailure("no status") }
        #expect(keys.count == 3 && keys.values.allSatisfy { $0.count == 1 })
        let timestamp = document("timestamp", version: 1)
        let signature = try #require(try sign(timestamp, &first).first)
        #expect(signature.key == keys[.timestamp]?.first?.id)
        var second = try signer()
        guard case .status(let same, let versions) = try second.answer(.status) else { throw TestFailure("no status") }
        #expect(same == keys && versions == ["timestamp": 1])
    }

    @Test
    func `A version is signed once, and never an older one: whatever the catalog's database says`() throws {
        var signer = try signer()
        #expect(refusal(snapshot(5, targets: 3), &signer) == nil)
        #expect(refusal(snapshot(5, targets: 3), &signer) == .metadataRollback)
        #expect(refusal(snapshot(6, targets: 2), &signer) == .metadataRollback, "targets went back")
        #expect(refusal(snapshot(6, targets: 3), &signer) == nil, "a renewal names the same targets")
        var again = try self.signer()
        #expect(refusal(snapshot(6, targets: 4), &again) == .metadataRollback, "after a restart")
        #expect(refusal(document("director", version: 2, ["node": "a"]), &again) == nil)
        #expect(refusal(document("director", version: 2, ["node": "a"]), &again) == .metadataRollback)
        #expect(refusal(document("director", version: 1, ["node": "b"]), &again) == nil, "each node has a count of its own")
    }

    @Test
    func `Roots and targets, what is endless and what is malformed are not signed`() throws {
        var signer = try signer()
        for type in ["root", "targets", "", "bin-0"] { #expect(refusal(document(type, version: 1), &signer) == .metadataInvalid) }
        let late = TUFTime(seconds: Self.now).adding(days: 40).description
        #expect(refusal(document("timestamp", version: 1, expires: late), &signer) == .metadataInvalid)
        #expect(refusal(document("timestamp", version: 1, expires: "2026-11-24T11:00:00Z"), &signer) == .metadataInvalid)
        #expect(refusal(document("timestamp", version: 0), &signer) == .metadataInvalid)
        #expect(refusal(document("snapshot", version: 1), &signer) == .metadataInvalid)
        #expect(refusal(document("director", version: 1, ["node": "../a"]), &signer) == .metadataInvalid)
    }

    @Test
    func `Both keys sign until the old one is dropped, and one always stays`() throws {
        var signer = try signer()
        guard case .status(let keys, _) = try signer.answer(.addKey(.timestamp)) else { throw TestFailure("no status") }
        let list = try #require(keys[.timestamp])
        #expect(list.count == 2)
        #expect(try sign(document("timestamp", version: 1), &signer).count == 2)
        #expect(throws: HoldfastError.self) { try signer.answer(.keepKeys(.timestamp, ["none"])) }
        _ = try signer.answer(.keepKeys(.timestamp, [list[1].id]))
        #expect(try sign(document("timestamp", version: 2), &signer).map(\.key) == [list[1].id])
        var again = try self.signer()
        #expect(try sign(document("timestamp", version: 3), &again).map(\.key) == [list[1].id])
    }

    @Test
    func `A folder that others can read holds no keys`() throws {
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        #expect(throws: HoldfastError.self) { try signer() }
    }
}
