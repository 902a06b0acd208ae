import Foundation
import HoldfastCore
import HoldfastStore

/// A state directory with many models and records, filled through the store's own API. That takes minutes, so it is kept, and brought to the
/// schema of this build by being opened; a run that was cut short goes on where it ended.
enum FilledStore {
    /// Raised when stores are to be filled otherwise.
    private static let edition = 2
    private static let batch = 20_000

    /// What measurements ask for, as (models, records).
    static let kept = [(10, 0), (10_000, 1_000_000), (10, 100_000), (10, 10_000_000)]

    static func path(_ context: BenchContext, models: Int = 10_000, records: Int = 1_000_000) async throws -> String {
        let path = "\(context.data)/store-\(edition)-\(models)-\(records)"
        do {
            try await fill(path, models, records, context)
        } catch let error as HoldfastError where error.code == .databaseTooNew {
            context.say("\(path) was made by a newer version: making it again")
            try FileManager.default.removeItem(atPath: path)
            try await fill(path, models, records, context)
        }
        return path
    }

    private static func fill(_ path: String, _ models: Int, _ records: Int, _ context: BenchContext) async throws {
        let store = try NodeStore.open(StoreOptions(stateDirectory: path))
        let present = try await store.registry.entries().count
        if present < models || store.audit.size < records {
            context.say("filling \(path) once, with \(models) models and \(records) records …")
        }
        try await add(present..<max(present, models), to: store)
        // What daemons of earlier runs added stays.
        for first in stride(from: Int(store.audit.size), to: records, by: batch) {
            if first % (batch * 50) == 0 { context.say("\(first) records …") }
            try await store.commit { transaction in
                for number in first..<min(first + batch, records) { try transaction.append(SyntheticRecord.make(number)) }
            }
        }
        await store.close()
    }

    private static func add(_ numbers: Range<Int>, to store: NodeStore) async throws {
        for first in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 4000) {
            try await store.commit { transaction in
                for number in first..<min(first + 4000, numbers.upperBound) {
                    var noise = Noise(seed: UInt64(number))
                    guard let digest = SHA256Digest(bytes: noise.bytes(32)) else { throw BenchError("a digest has 32 bytes") }
                    var description = ModelDescription(
                        format: "gguf", architecture: "llama", name: "Model \(number)", parameters: 135_000_000, quantization: "Q4_1",
                        tensorTypes: ["Q4_1": .init(count: 210, bytes: 90_000_000), "F32": .init(count: 61, bytes: 140_000)],
                        sizeBytes: 98_362_432)
                    description.contextLength = 8192
                    description.chatTemplate = String(repeating: "{% for message in messages %}", count: 20)
                    description.hasChatTemplate = true
                    _ = try transaction.addModel(
                        name: ModelName(parsing: "model-\(number)"), digest: digest, size: 98_362_432, description: description,
                        fingerprint: BlobFingerprint(device: 1, inode: UInt64(number), size: 98_362_432, changeTime: 1))
                }
            }
        }
    }
}
