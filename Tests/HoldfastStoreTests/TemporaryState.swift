import Foundation
import GRDB
import HoldfastCore
import HoldfastCrypto

@testable import HoldfastStore

/// A state directory that goes with the test.
final class TemporaryState: Sendable {
    let folder: String
    var path: String { folder + "/state" }
    var database: String { path + "/holdfast.db" }

    init() throws {
        folder = NSTemporaryDirectory() + "holdfast-store-" + Hex.encode(try SecureRandom.bytes(8))
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func open(quota: Int64? = nil, reserve: Int64 = 0, now: Int64 = 1_700_000_000_000) throws -> NodeStore {
        try NodeStore.open(StoreOptions(stateDirectory: path, quotaBytes: quota, reserveBytes: reserve, now: { now }))
    }

    /// Appends as many records as it takes and closes.
    func fill(_ count: Int, checkpointAt sizes: Set<Int> = []) async throws {
        let store = try open()
        for end in sizes.union([count]).sorted() {
            let start = Int(store.audit.size)
            try await store.commit { transaction in for number in start..<end { _ = try transaction.append(.sample(number)) } }
            if sizes.contains(end) { try await store.checkpoint() }
        }
        await store.close()
    }

    /// Changes the closed database behind the store's back.
    func tamper(_ sql: String...) throws {
        let connection = try DatabaseQueue(path: database)
        try connection.write { database in for statement in sql { try database.execute(sql: statement) } }
        try connection.close()
    }

    func column(_ sql: String) throws -> [[UInt8]] {
        let connection = try DatabaseQueue(path: database)
        defer { try? connection.close() }
        return try connection.read { try Data.fetchAll($0, sql: sql).map { Array($0) } }
    }

    func verify() async throws -> AuditReport { try await AuditVerifier(stateDirectory: path).verify() }

    func replaceCheckpointFile(_ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/checkpoint"))
    }
}

extension AuditRecord {
    static func sample(
        _ number: Int, _ phase: Phase = .event, operation: String = "models.list", uid: UInt32 = 1000, model: String? = nil,
        result: AuditOutcome.Result? = .ok
    ) -> AuditRecord {
        let caller = Caller(uid: uid, gid: uid, pid: 77, groups: [20, 4], socket: .admin)
        return AuditRecord(
            id: "request-\(number)", time: 1_700_000_000_000 + Int64(number), phase: phase,
            actor: AuditActor(caller, role: "operator", rule: "base.yaml:3"), operation: operation,
            resource: model.map { AuditResource(kind: "model", name: $0, digest: .sample($0)) },
            outcome: phase == .intent ? nil : result.map { AuditOutcome($0) }, policyGeneration: 1)
    }
}

extension SHA256Digest {
    static func sample(_ text: String) -> SHA256Digest { SHA256Digest(bytes: SHA256.hash(Array(text.utf8)))! }
}

extension ModelDescription {
    static let sample = ModelDescription(
        format: "gguf", architecture: "llama", name: "Sample", parameters: 135_000_000, quantization: "Q4_1",
        tensorTypes: ["Q4_1": TensorTypeUse(count: 2, bytes: 64)], sizeBytes: 100)
}

extension BlobFingerprint {
    static let sample = BlobFingerprint(device: .max, inode: 7, size: 100, changeTime: 9)
}

extension ModelName {
    init(_ text: String) { self = try! ModelName(parsing: text) }
}

/// The code of the error that `body` throws; nil when it throws none, or another kind.
func code(_ body: () async throws -> Void) async -> HoldfastError.Code? {
    do {
        try await body()
        return nil
    } catch { return (error as? HoldfastError)?.code }
}
