import Foundation
import HoldfastCore
import HoldfastStore

/// A state directory with many models and records, filled through the store's own API. It takes a minute, so it is kept: by what it holds and
/// by the schema.
enum FilledStore {
    /// Raised when the same schema is to be filled otherwise.
    private static let edition = 1
    private static let batch = 4000

    static func path(_ context: BenchContext, models: Int = 10_000, records: Int = 1_000_000) async throws -> String {
        let path = "\(context.data)/store-\(try schema())-\(edition)-\(models)-\(records)"
        let mark = path + "/filled"
        guard !FileManager.default.fileExists(atPath: mark) else { return path }
        context.say("filling \(path) once, with \(models) models and \(records) records …")
        try? FileManager.default.removeItem(atPath: path)
        let store = try NodeStore.open(StoreOptions(stateDirectory: path))
        try await add(models, to: store)
        for first in stride(from: 0, to: records, by: batch) {
            try await store.commit { transaction in
                for number in first..<min(first + batch, records) { try transaction.append(SyntheticRecord.make(number)) }
            }
        }
        await store.close()
        try Data().write(to: URL(filePath: mark))
        return path
    }

    private static func add(_ count: Int, to store: NodeStore) async throws {
        for first in stride(from: 0, to: count, by: batch) {
            try await store.commit { transaction in
                for number in first..<min(first + batch, count) {
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

    /// A key for what migrations/node holds (FNV-1a).
    private static func schema() throws -> String {
        let folder = "migrations/node"
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            for byte in try Data(contentsOf: URL(filePath: "\(folder)/\(name)")) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        return String(hash, radix: 16)
    }
}
