import HoldfastCore
import HoldfastInference
import HoldfastStore
import Synchronization

/// What `model tune` chose for each model, and what of it counts: only a choice made with this engine on this machine.
final class ModelTunings: Sendable {
    /// The node's own.
    let settings: EngineSettings
    let hardware: Hardware
    private let inventory: EngineInventory
    private let stored: Mutex<[SHA256Digest: [StoredTuning]]>
    private let measuring = Mutex(false)

    init(settings: EngineSettings, inventory: EngineInventory, stored: [StoredTuning], hardware: Hardware = .current()) {
        self.settings = settings
        self.inventory = inventory
        self.hardware = hardware
        self.stored = Mutex(Dictionary(grouping: stored, by: \.model))
    }

    /// The engine must be known before a choice can be told from a stale one: right after the start it may not be.
    func prepare() async {
        guard inventory.current == nil else { return }
        _ = try? await offPool { [inventory] in try inventory.locate() }
    }

    /// The engine that choices are for now.
    var engine: EngineBuild? {
        if case .success(let engine)? = inventory.current { engine.build } else { nil }
    }

    /// How a model's engine is started; nil for the node's own settings.
    func settings(of model: SHA256Digest) -> EngineSettings? {
        used(for: model).map { settings.tuned($0.tuning, for: $0.engine) }
    }

    func used(for model: SHA256Digest) -> StoredTuning? {
        let (engine, hardware) = (engine, hardware.description)
        return stored.withLock { $0[model] }?.last { $0.engine == engine && $0.hardware == hardware }
    }

    /// The newest choice for a model, and why it does not count; nil when there is none.
    func newest(of model: SHA256Digest) -> (choice: StoredTuning, unused: String?)? {
        if let used = used(for: model) { return (used, nil) }
        guard let choice = stored.withLock({ $0[model] })?.last else { return nil }
        guard let engine else { return (choice, "there is no engine") }
        if choice.engine != engine { return (choice, "it was measured with another engine (\(choice.engine.version))") }
        return (choice, "it was measured on another machine (\(choice.hardware))")
    }

    // MARK: Changes, after they were committed

    func add(_ choice: StoredTuning) {
        remove(of: choice.model, engine: choice.engine, hardware: choice.hardware)
        stored.withLock { $0[choice.model, default: []].append(choice) }
    }

    /// - Parameter engine: nil for every engine; so `hardware`.
    func remove(of model: SHA256Digest, engine: EngineBuild? = nil, hardware: String? = nil) {
        stored.withLock { stored in
            stored[model]?.removeAll { (engine == nil || $0.engine == engine) && (hardware == nil || $0.hardware == hardware) }
            if stored[model]?.isEmpty == true { stored[model] = nil }
        }
    }

    // MARK: Measuring

    /// One model at a time: two would measure each other.
    /// - Throws: ``HoldfastError`` `engine_busy`.
    func beginMeasuring() throws {
        let isFirst = measuring.withLock { measuring in
            defer { measuring = true }
            return !measuring
        }
        guard isFirst else {
            throw HoldfastError(
                .engineBusy, "A model is being measured on this node already.", hint: "try again in two minutes", retryAfter: 60)
        }
    }

    func endMeasuring() { measuring.withLock { $0 = false } }
}
