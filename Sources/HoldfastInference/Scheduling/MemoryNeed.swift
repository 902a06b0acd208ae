/// What a model is thought to take of memory once it is loaded.
public struct MemoryNeed: Sendable, Equatable {
    /// By arithmetic, corrected by what was measured.
    public var bytes: Int64
    /// The same model in smaller quantizations, largest first, for whoever is refused.
    public var smaller: [QuantizedSize]

    public struct QuantizedSize: Sendable, Equatable {
        /// `Q4_0`.
        public var quantization: String
        public var bytes: Int64

        public init(quantization: String, bytes: Int64) {
            self.quantization = quantization
            self.bytes = bytes
        }
    }

    public init(bytes: Int64, smaller: [QuantizedSize] = []) {
        self.bytes = bytes
        self.smaller = smaller
    }
}

/// How loads are admitted to memory.
public struct MemoryAdmission: Sendable {
    public var gauge: any MemoryGauge
    /// Bytes kept free for everything else.
    public var reserveBytes: Int64
    /// The most that all engines together may take; nil for no bound of its own.
    public var budgetBytes: Int64?
    public var need: @Sendable (LoadableModel) async throws -> MemoryNeed
    /// Told, now and then, what an engine has taken so far.
    public var measured: @Sendable (LoadableModel, MemoryUse) -> Void

    public init(
        gauge: any MemoryGauge, reserveBytes: Int64 = 0, budgetBytes: Int64? = nil,
        need: @escaping @Sendable (LoadableModel) async throws -> MemoryNeed,
        measured: @escaping @Sendable (LoadableModel, MemoryUse) -> Void = { _, _ in }
    ) {
        self.gauge = gauge
        self.reserveBytes = reserveBytes
        self.budgetBytes = budgetBytes
        self.need = need
        self.measured = measured
    }
}
