import Glibc
import HoldfastCore
import HoldfastCrypto

/// Why entries went.
public enum GapReason: String, Sendable, CaseIterable {
    /// The byte budget was used up: `sealed`, also where nobody else has a copy.
    case budget
    /// Older than `audit.retention_days`.
    case retention
    /// Two subjects agreed to it.
    case approved
}

/// The record that says which entries went, and proves that it speaks of the ones that were there: `audit.gap`.
///
/// It is an ordinary leaf, signed over in its own transaction. `resource.digest` is the RFC 6962 root over the leaf hashes of
/// [first, past), which stay in the tiles. Gap records themselves are never removed.
struct GapRecord: Sendable, Equatable {
    static let operation = "audit.gap"
    static let resourceKind = "records"

    let range: Range<Int>
    let root: MerkleHash
    let reason: GapReason

    /// - Parameter time: milliseconds since 1970.
    func record(at time: Int64) throws -> AuditRecord {
        let actor = AuditActor(Caller(uid: getuid(), gid: getgid(), pid: getpid(), groups: [], socket: .internal))
        let stamp = UInt64(clamping: time) & 0xffff_ffff_ffff
        let id = Hex.encode((0..<6).reversed().map { UInt8(truncatingIfNeeded: stamp >> ($0 * 8)) } + (try SecureRandom.bytes(10)))
        var record = AuditRecord(
            id: id, time: time, phase: .event, actor: actor, operation: Self.operation, resource: Self.resource(range, root: root),
            outcome: AuditOutcome(.ok, code: reason.rawValue), policyGeneration: 0)
        record.parameters = ["first": Int64(range.lowerBound), "past": Int64(range.upperBound)]
        record.count = Int64(range.count)
        return record
    }

    /// How records of the log are named as a resource: `0-511`, both inclusive.
    static func resource(_ range: Range<Int>, root: MerkleHash?) -> AuditResource {
        AuditResource(
            kind: resourceKind, name: "\(range.lowerBound)-\(range.upperBound - 1)", digest: root.flatMap { SHA256Digest(bytes: $0.bytes) })
    }

    init(range: Range<Int>, root: MerkleHash, reason: GapReason) {
        self.range = range
        self.root = root
        self.reason = reason
    }

    /// - Returns: nil for what only looks like a gap record: nothing may be missing on its word.
    init?(_ record: AuditRecord) {
        guard record.operation == Self.operation, record.phase == .event, record.actor.socket == .internal,
            let first = record.parameters["first"].flatMap({ Int(exactly: $0) }),
            let past = record.parameters["past"].flatMap({ Int(exactly: $0) }), first >= 0, past > first,
            past % TileCoordinate.fullWidth == 0, record.resource?.kind == Self.resourceKind,
            let root = record.resource?.digest.map(MerkleHash.init),
            let reason = record.outcome?.code.flatMap(GapReason.init)
        else { return nil }
        self.init(range: first..<past, root: root, reason: reason)
    }
}
