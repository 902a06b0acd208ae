import HoldfastCore
import HoldfastInference

/// Queues, memory and how long models stay. `docs/configuration.md` explains each key.
struct SchedulerSettings: Sendable, Equatable {
    static let keys: Set<String> = ["engine.queue", "engine.queue_per_subject", "engine.keep_alive", "memory.budget", "memory.reserve"]

    var queue = QueueBounds()
    var keepAlive = KeepAlive.standard
    /// Nil: what the machine and its control group allow.
    var budgetBytes: Int64?
    var reserveBytes: Int64 = 256 << 20

    init() {}

    /// - Throws: ``HoldfastError`` `configuration_invalid`.
    init(_ reader: ConfigurationReader) throws {
        queue.perPriority = try reader.integer("engine.queue", in: 0...100_000).map(Int.init) ?? queue.perPriority
        queue.perTenant =
            try reader.integer("engine.queue_per_subject", in: 0...100_000).map(Int.init) ?? min(queue.perPriority, queue.perTenant)
        if let text = reader.string("engine.keep_alive") {
            guard let value = KeepAlive(text) else {
                throw HoldfastError(
                    .configurationInvalid, "'engine.keep_alive' must be a time such as 5m, 0 or -1; it is '\(text.prefix(40))'.",
                    hint: "docs/configuration.md lists all settings")
            }
            keepAlive = value
        }
        budgetBytes = try reader.bytes("memory.budget")
        reserveBytes = try reader.bytes("memory.reserve") ?? reserveBytes
    }
}
