import HoldfastCore
import HoldfastInference
import HoldfastStore
import Logging
import Synchronization

/// What each model takes of memory on this node: arithmetic over its file, corrected by what engines were seen to take. That is kept for each
/// engine and settings, so that it is known again after a restart.
final class ModelMemory: Sendable {
    private static let keptShapes = 64

    let gauge: any MemoryGauge
    private let tunings: ModelTunings
    private let store: NodeStore
    private let inventory: EngineInventory
    private let logger: Logger
    private let peaks: Mutex<[MeasuredMemory.Key: Int64]>
    private let shapes = Mutex<[SHA256Digest: MemoryShape]>([:])

    init(
        store: NodeStore, inventory: EngineInventory, tunings: ModelTunings, known: [MeasuredMemory],
        gauge: any MemoryGauge = SystemMemoryGauge(), logger: Logger
    ) {
        self.store = store
        self.inventory = inventory
        self.tunings = tunings
        self.gauge = gauge
        self.logger = logger
        peaks = Mutex(Dictionary(known.map { ($0.key, $0.peak) }, uniquingKeysWith: max))
    }

    func admission(_ scheduler: SchedulerSettings) -> MemoryAdmission {
        MemoryAdmission(
            gauge: gauge, reserveBytes: scheduler.reserveBytes, budgetBytes: scheduler.budgetBytes,
            need: { [self] model in
                let shape = try await shape(of: model.digest)
                let run = run(of: model)
                let need = MemoryFootprint(shape, run: run).corrected(byPeak: peak(of: model.digest, run))
                let smaller = Quantization.allCases.map { quantization in
                    MemoryNeed.QuantizedSize(
                        quantization: quantization.rawValue, bytes: MemoryFootprint(shape, run: run, as: quantization).totalBytes)
                }
                return MemoryNeed(bytes: need, smaller: smaller.filter { $0.bytes < need })
            },
            measured: { [self] in note($1, of: $0) })
    }

    /// Reads the file's header; from memory the next time.
    /// - Throws: ``HoldfastError`` `model_invalid`, `file_unreadable`.
    func shape(of digest: SHA256Digest) async throws -> MemoryShape {
        if let known = shapes.withLock({ $0[digest] }) { return known }
        let blobs = store.blobs
        let shape = try await offPool { MemoryShape(try GGUFReader.read(try blobs.open(digest))) }
        shapes.withLock { shapes in
            if shapes.count >= Self.keptShapes { shapes.removeAll() }
            shapes[digest] = shape
        }
        return shape
    }

    /// As it would be started now.
    func run(of model: Model) -> EngineShape {
        let settings = tunings.settings(of: model.digest) ?? tunings.settings
        return run(settings, context: settings.context(trained: model.description.contextLength.flatMap { Int(exactly: $0) }))
    }

    private func run(of model: LoadableModel) -> EngineShape {
        let settings = model.settings ?? tunings.settings
        return run(settings, context: settings.context(for: model))
    }

    private func run(_ settings: EngineSettings, context: Int) -> EngineShape {
        var isDevelopment = false
        if case .success(let engine)? = inventory.current { isDevelopment = engine.kind == .development }
        return EngineShape(
            contextLength: context, slots: settings.slots, microBatchSize: settings.microBatchSize, flashAttention: settings.flashAttention,
            keepsFullWindow: settings.keepsFullWindow && !isDevelopment, cacheType: settings.cacheType)
    }

    /// The most that was ever seen of it under the present engine and settings; nil before it ran.
    func peak(of digest: SHA256Digest, _ run: EngineShape) -> Int64? {
        key(digest, run).flatMap { key in peaks.withLock { $0[key] } }
    }

    private func note(_ use: MemoryUse, of model: LoadableModel) {
        guard let key = key(model.digest, run(of: model)) else { return }
        // A hundredth more is no news.
        let isNews = peaks.withLock { peaks in
            guard use.peakBytes > (peaks[key] ?? 0) / 100 * 101 else { return false }
            peaks[key] = use.peakBytes
            return true
        }
        guard isNews else { return }
        Task { [store, logger] in
            do {
                try await store.commit { try $0.recordMemory(MeasuredMemory(key: key, peak: use.peakBytes)) }
            } catch {
                logger.info("what an engine took of memory was not stored", metadata: ["error": "\(error)"])
            }
        }
    }

    private func key(_ digest: SHA256Digest, _ run: EngineShape) -> MeasuredMemory.Key? {
        guard case .success(let engine)? = inventory.current else { return nil }
        return MeasuredMemory.Key(
            model: digest, engine: engine.digest,
            settings:
                "context=\(run.contextLength) slots=\(run.slots) micro_batch=\(run.microBatchSize) flash_attention=\(run.flashAttention)"
                + (run.keepsFullWindow ? " full_window=true" : "")
                + (run.cacheType == .f16 ? "" : " cache=\(run.cacheType.rawValue)"))
    }
}
