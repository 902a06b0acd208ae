import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastStore

extension StatusReport {
    /// Every bound of disk, memory and queues, with what is used of it.
    func bounds(_ body: StatusBody) async throws -> [StatusBound] {
        let settings = node.configuration
        let prefixes = node.prefixes.status
        let sockets = try await node.store.subjects.sockets().count
        let engines = node.inventory.selection.builds.reduce(0) { $0 + $1.files.bytes }
        return [
            StatusBound(
                "connections", used: Int64(body.limits.connections), limit: Int64(settings.maximumConnections), unit: .count,
                setting: "sockets.max_connections"),
            StatusBound(
                "connections_per_uid", limit: Int64(settings.maximumConnectionsPerUID), unit: .count,
                setting: "sockets.max_connections_per_uid"),
            StatusBound(
                "queue_per_priority", limit: Int64(settings.scheduler.queue.perPriority), unit: .count, setting: "engine.queue"),
            StatusBound(
                "queue_per_subject", limit: Int64(settings.scheduler.queue.perTenant), unit: .count, setting: "engine.queue_per_subject"),
            StatusBound("request_bytes", limit: Int64(RequestBodyReader.maximumBytes), unit: .bytes),
            StatusBound(
                "models_memory_bytes", used: body.memory.reservedByModelsBytes, limit: settings.scheduler.budgetBytes, unit: .bytes,
                setting: "memory.budget"),
            StatusBound("engine_memory_bytes", limit: settings.engineMemoryBytes, unit: .bytes, setting: "engine.memory"),
            StatusBound(
                "models_disk_bytes", used: body.disk.blobBytes, limit: settings.quotaBytes, unit: .bytes, setting: "storage.quota"),
            StatusBound("engines_disk_bytes", used: engines, limit: nil, unit: .bytes),
            StatusBound(
                "prefix_bytes", used: prefixes.bytes, limit: prefixes.maximumBytes, unit: .bytes, setting: "prefix_cache.bytes"),
            StatusBound(
                "audit_bytes", used: body.audit.usedBytes, limit: settings.audit.budgetBytes, unit: .bytes, setting: "audit.budget"),
            StatusBound(
                "captured_bytes", used: body.audit.captured?.bytes, limit: settings.audit.captureBudgetBytes, unit: .bytes,
                setting: "audit.capture_budget"),
            StatusBound("audit_reserve_bytes", limit: settings.audit.reserveBytes, unit: .bytes, setting: "audit.reserve"),
            StatusBound(
                "records_in_memory", used: Int64(node.trail.deferred.count), limit: Int64(DeferredRecords.capacity), unit: .count),
            StatusBound(
                "tokens", used: Int64(node.tokens.tokens.count), limit: Int64(AccessToken.maximumCount), unit: .count),
            StatusBound("application_sockets", used: Int64(sockets), limit: Int64(ApplicationSocket.maximumCount), unit: .count),
        ]
    }
}
