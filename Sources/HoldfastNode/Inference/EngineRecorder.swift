import HoldfastCore
import HoldfastInference
import HoldfastStore
import Logging

/// Writes what becomes of engines to the audit trail and the log, in the order in which it happened.
struct EngineRecorder: Sendable {
    let store: NodeStore
    let events: DaemonEvents
    let inventory: EngineInventory
    let logger: Logger

    /// Ends when `stream` does.
    func run(_ stream: AsyncStream<EngineEvent>) async {
        for await event in stream {
            do {
                try await record(event)
            } catch {
                logger.error("an engine's event could not be recorded", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Records the engine's path and digest when they are new or have changed.
    func recordInventory() async throws {
        guard case .success(let location)? = inventory.current else { return }
        let changed = try await store.commit { transaction in
            try transaction.recordEngine(path: location.path, digest: location.digest, version: location.version)
        }
        guard changed else { return }
        logger.notice("engine", metadata: ["path": "\(location.path)", "version": "\(location.version)", "digest": "\(location.digest)"])
        try await events.write("engine.change", resource: AuditResource(kind: "engine", name: location.path, digest: location.digest))
    }

    private func record(_ event: EngineEvent) async throws {
        switch event {
        case .started(let model, let pid, let took):
            try await recordInventory()
            logger.info("engine started", metadata: ["model": "\(model.name)", "pid": "\(pid)", "ms": "\(took.milliseconds)"])
            try await events.write(
                "engine.start", resource: Self.resource(model), parameters: ["pid": Int64(pid), "load_ms": took.milliseconds])
        case .exited(let model, let pid, let exit):
            var parameters = ["pid": Int64(pid)]
            switch exit.reason {
            case .code(let code): parameters["code"] = Int64(code)
            case .signal(let signal): parameters["signal"] = Int64(signal)
            }
            if !exit.wasAsked {
                logger.error(
                    "engine ended by itself",
                    metadata: [
                        "model": "\(model.name)", "pid": "\(pid)", "reason": "\(exit.reason)", "cause": "\(exit.cause)",
                        "stderr": "\(exit.stderrTail)",
                    ])
            }
            try await events.write(
                "engine.exit", resource: Self.resource(model),
                outcome: exit.wasAsked ? AuditOutcome(.ok) : AuditOutcome(.failed, code: exit.cause.code.rawValue),
                parameters: parameters)
        case .gaveUp(let model):
            logger.error("a model failed too often in a row and is not tried for a while", metadata: ["model": "\(model.name)"])
            try await events.write(
                "engine.gave-up", resource: Self.resource(model),
                outcome: AuditOutcome(.failed, code: HoldfastError.Code.modelFailed.rawValue))
        case .released(let model, let pid, let why):
            logger.info("engine released", metadata: ["model": "\(model.name)", "pid": "\(pid)", "why": "\(why.rawValue)"])
            try await events.write(
                "engine.release", resource: Self.resource(model),
                parameters: ["pid": Int64(pid), why == .renewed ? "renewed" : "evicted": why == .expired ? 0 : 1])
        case .loadFailed(let model, let error):
            logger.error("a model could not be loaded", metadata: ["model": "\(model.name)", "error": "\(error)"])
            try await events.write(
                "engine.start", resource: Self.resource(model), outcome: AuditOutcome(.failed, code: error.code.rawValue))
        }
    }

    private static func resource(_ model: LoadableModel) -> AuditResource {
        AuditResource(kind: "model", name: model.name.description, digest: model.digest)
    }
}
