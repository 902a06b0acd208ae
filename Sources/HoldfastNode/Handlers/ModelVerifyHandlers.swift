import FoundationEssentials
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird
import NIOCore

/// `POST /holdfast/v1/models/{name}/verify`.
struct ModelVerifyHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.modelVerify
    let node: Node

    func handle(_ input: ModelName, _ call: Call) async throws -> Answer {
        let model = try await node.lookup.find(input, call)
        return VerifyStream(node: node, call: call.about(model), targets: [.init(name: input, digest: model.digest, size: model.size)])
            .answer
    }
}

/// `POST /holdfast/v1/verify`.
struct ModelVerifyAllHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.modelVerifyAll
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws {}
    func resources(of input: Void) -> [Resource] { [] }

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        let filter = call.authorizer.filter(call.caller, .modelsVerify)
        let targets = try await node.store.registry.entries().compactMap { entry in
            entry.names.first(where: filter.allows).map { VerifyStream.Target(name: $0, digest: entry.digest, size: entry.size) }
        }
        return VerifyStream(node: node, call: call, targets: targets).answer
    }
}

/// Verifies files one after the other, and says how far it is.
private struct VerifyStream: Sendable {
    struct Target: Sendable {
        let name: ModelName
        let digest: SHA256Digest
        let size: Int64
    }

    let node: Node
    let call: Call
    let targets: [Target]

    var answer: Answer {
        Answer(
            .stream(
                type: "application/x-ndjson",
                { write in
                    do {
                        try await run(write)
                    } catch {
                        let isCancelled = error is CancellationError
                        let shown = HoldfastError(wrapping: error)
                        try await node.trail.outcome(
                            call, AuditOutcome(isCancelled ? .cancelled : .failed, code: isCancelled ? nil : shown.code.rawValue))
                        if !isCancelled { try await write(Self.line(VerifyLine(error: ErrorBody(shown, requestID: call.id).error))) }
                    }
                },
                abandoned: { try? await node.trail.outcome(call, AuditOutcome(.cancelled)) }),
            recorded: .byBody)
    }

    private func run(_ write: Reply.Write) async throws {
        var bad: Int64 = 0
        for target in targets {
            let (events, source) = AsyncStream<Int64>.makeStream(bufferingPolicy: .bufferingNewest(1))
            async let checked = verify(target, source)
            for await bytes in events {
                let progress = VerifyLine.Progress(name: target.name.description, bytes: bytes, total: target.size)
                try await send(VerifyLine(progress: progress), write)
            }
            let result = try await checked
            if result.status != .ok { bad += 1 }
            try await send(VerifyLine(result: result), write)
        }
        var record = node.trail.record(
            of: call, AuditOutcome(bad == 0 ? .ok : .failed, code: bad == 0 ? nil : "model_corrupt", status: 200))
        record.parameters = ["models": Int64(targets.count), "corrupt": bad]
        try await node.trail.append(record)
        try await write(Self.line(VerifyLine(done: true)))
    }

    private func verify(_ target: Target, _ progress: AsyncStream<Int64>.Continuation) async throws -> VerifyLine.Result {
        defer { progress.finish() }
        let result = try await call.hangUp.cancelling {
            try await node.verifiedBlob.verify(target.digest, name: target.name) { progress.yield($0) }
        }
        let (status, actual): (VerifyLine.Status, SHA256Digest?) =
            switch result {
            case .ok: (.ok, nil)
            case .corrupt(let actual): (.corrupt, actual)
            case .missing: (.missing, nil)
            }
        return VerifyLine.Result(name: target.name.description, digest: target.digest, status: status, actual: actual)
    }

    /// A write that fails means the client has gone.
    private func send(_ line: VerifyLine, _ write: Reply.Write) async throws {
        let bytes = try Self.line(line)
        do { try await write(bytes) } catch { throw CancellationError() }
    }

    private static func line(_ line: VerifyLine) throws -> ByteBuffer {
        ByteBuffer(bytes: try JSONEncoder().encode(line) + [UInt8(ascii: "\n")])
    }
}
