import FoundationEssentials
import Glibc
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastStore

/// Puts the node's state into one body: what is, what is wrong, and the next thing to do.
struct StatusReport: Sendable {
    let node: Node
    let inventory: EngineInventory

    func make(for call: Call) async throws -> StatusBody {
        let store = try node.store.status()
        let entries = try await node.store.registry.entries()
        let engines = await node.engines.loaded()
        let policy = node.policy.authorizer.policy
        let drift = try await offPool { [policy = node.policy] in policy.drift }
        let engineList = await node.engineList(visibleTo: call)
        let visible = engineList.engines
        let room = await node.engines.freeMemory()
        let reading = node.memory.gauge.reading()
        let pinned = try await node.store.scheduling.pins().subtracting(engines.map(\.model.digest))
        let corrupt = entries.filter { $0.state == .corrupt }
        let checkpointAt = try await node.store.audit.lastCheckpointTime()
        var findings = Findings()
        let usage = try await node.store.auditUsage()
        if let failure = node.trail.failure { findings.add("The audit trail cannot be written: \(failure.message)", next: failure.hint) }
        if usage.bytes >= node.configuration.audit.budgetBytes / 100 * 95 {
            findings.add("The audit trail has used up its budget; its oldest entries are being sealed.", next: "holdfast audit list")
        }
        if case .failure(let error)? = inventory.current { findings.add(error.message, next: error.hint) }
        if let error = node.policy.reloadError {
            findings.add("The last policy reload was refused: \(error.message)", next: "holdfast access policy check FILE")
        }
        for failed in engineList.failed.prefix(3) {
            findings.add(
                "'\(failed.name)' failed too often and is not tried for now: \(failed.reason)", next: "holdfast model load \(failed.name)")
        }
        let filter = call.authorizer.filter(call.caller, .modelsRead)
        for entry in entries where pinned.contains(entry.digest) && filter.allows(entry.name) && node.now() - node.startedAt > 60_000 {
            findings.add("'\(entry.name)' is pinned and not loaded.", next: "holdfast model load \(entry.name)")
        }
        for entry in corrupt.prefix(3) {
            findings.add("The file of '\(entry.name)' is corrupt.", next: "holdfast model add FILE --name \(entry.name)")
        }
        for (name, problem) in node.applicationSockets.problems.sorted(by: { $0.key < $1.key }).prefix(3) {
            findings.add("The application socket '\(name)' is not open: \(problem)", next: "holdfast access socket list")
        }
        if store.blobs.free < node.configuration.reserveBytes {
            findings.add("The disk has less free than the reserve: no model can be added.", next: "holdfast model prune")
        }
        let clock = node.clock.reading
        if !clock.isTrusted {
            findings.add(
                "The machine's clock is not to be trusted: it shows \(UTCTime(milliseconds: clock.wall).text) UTC. Records count on from "
                    + "the newest time this node knows, and say so.", next: "timedatectl set-time 'YYYY-MM-DD hh:mm:ss'")
        }
        let suggestion = entries.isEmpty && findings.reasons.isEmpty ? "holdfast model add FILE --name NAME" : findings.next
        var body = StatusBody(
            version: HoldfastVersion.text, pid: getpid(), uid: getuid(), startedAt: node.startedAt, state: node.configuration.state,
            runtime: node.configuration.runtime, health: findings.reasons.isEmpty ? "ok" : "degraded", reasons: findings.reasons,
            next: suggestion, engine: engineBody,
            models: .init(
                count: entries.count, corrupt: corrupt.count, loaded: visible, awaited: engineList.awaited, failed: engineList.failed),
            memory: .init(
                daemonBytes: ProcessMemory.residentBytes, enginesBytes: engines.reduce(0) { $0 + $1.status.residentBytes },
                availableBytes: reading.availableBytes, limit: reading.limit.rawValue, totalBytes: reading.totalBytes,
                reserveBytes: node.configuration.scheduler.reserveBytes, budgetBytes: node.configuration.scheduler.budgetBytes,
                reservedByModelsBytes: engines.reduce(0) { $0 + $1.reservedBytes }, roomBytes: max(0, room?.now ?? 0),
                roomAfterEvictionBytes: max(0, room?.most ?? 0)),
            disk: .init(
                blobBytes: store.blobs.bytes, quotaBytes: store.blobs.quota, freeBytes: store.blobs.free,
                reserveBytes: node.configuration.reserveBytes),
            audit: .init(
                records: store.records, checkpointSize: store.checkpointSize, checkpointAt: checkpointAt,
                verifierKey: node.store.verifierKey.text,
                minimumIndex: node.store.audit.minimumIndex, usedBytes: usage.bytes, budgetBytes: node.configuration.audit.budgetBytes,
                reserveReady: node.store.hasReserve || node.configuration.audit.reserveBytes == 0, failure: node.trail.failure?.message,
                deferred: node.trail.deferred.count),
            policy: .init(
                generation: policy.generation, digest: policy.digest.description, warnings: node.policy.warnings,
                reloadError: node.policy.reloadError?.message, drift: drift.map(PolicyDriftBody.init)),
            limits: .init(
                connections: node.connections.count, maxConnections: node.connections.maximum,
                requests: engines.reduce(0) { $0 + $1.status.busySlots },
                queuedRequests: engines.reduce(0) { $0 + $1.status.waiting.values.reduce(0, +) }
                    + engineList.awaited.reduce(0) { $0 + $1.requests },
                maxQueuedRequests: node.configuration.scheduler.queue.perPriority,
                maxQueuedRequestsPerSubject: node.configuration.scheduler.queue.perTenant))
        let captured = try await node.store.capturedUsage()
        body.audit.captured = .init(
            files: captured.files, bytes: captured.bytes, budgetBytes: node.configuration.audit.captureBudgetBytes)
        body.audit.journald = node.journal?.counts
        body.prefixCache = PrefixCacheBody(node.prefixes.status)
        body.clock = .init(trusted: clock.isTrusted, time: clock.time, wall: clock.wall)
        body.engine.launcher = node.launching.kind.rawValue
        body.bounds = try await bounds(body)
        body.notes = UserNamespace.note.map { [$0] }
        return body
    }

    private var engineBody: StatusBody.Engine {
        guard case .success(let location)? = inventory.current else { return .init(path: nil, version: nil, digest: nil) }
        return .init(path: location.path, version: location.version, digest: location.digest.description)
    }

    private struct Findings {
        var reasons: [String] = []
        var next: String?

        mutating func add(_ reason: String, next: String?) {
            reasons.append(reason)
            self.next = self.next ?? next
        }
    }
}

enum ProcessMemory {
    static var residentBytes: Int64 {
        let fields = text("/proc/self/statm").split(separator: " ")
        return fields.count > 1 ? (Int64(fields[1]) ?? 0) * Int64(sysconf(Int32(_SC_PAGESIZE))) : 0
    }

    private static func text(_ path: String) -> String {
        (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
