import FoundationEssentials
import Glibc
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastStore
import Hummingbird
import Logging
import NIOCore

/// `POST /holdfast/v1/decommission`: the engines end, the log gets its last record, everything is wiped, the daemon ends.
struct DecommissionHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.nodeDecommission
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> DecommissionBody {
        try RequestDecoding.decode(DecommissionBody.self, from: await RequestBodyReader.collect(request))
    }

    func resources(of input: DecommissionBody) -> [Resource] { [.node] }

    func handle(_ input: DecommissionBody, _ call: Call) async throws -> Answer {
        let name = node.store.verifierKey.name
        guard input.node == name || "holdfast.local/node/" + input.node == name else {
            throw HoldfastError(
                .invalidRequest, "This node is \(name), and not '\(input.node.prefix(80))'. Nothing was done.",
                hint: "holdfast status --json",
                field: "node")
        }
        await node.engines.shutdown(drain: .zero)
        node.prefixes.close()
        await node.trail.writeDeferred(essential: true)
        try await node.trail.flush(readsToo: true, all: true)
        var record = node.trail.record(of: call)
        record.resource = AuditResource(kind: "node", name: name)
        let paper = try await node.store.endLog(with: record)
        node.logger.notice("decommissioned", metadata: ["node": "\(name)", "uid": "\(call.caller.uid)"])
        let wipe: @Sendable () async -> DecommissionLine = {
            do {
                return DecommissionLine(wiped: try await node.store.wipe())
            } catch {
                node.logger.error("not everything could be wiped; the next start tries again", metadata: ["error": "\(error)"])
                return DecommissionLine(error: HoldfastError(wrapping: error).message)
            }
        }
        let reply = Reply.stream(
            type: "application/x-ndjson",
            { write in
                // Whether anybody reads it: the paper is in the state directory too.
                try? await write(try Self.line(DecommissionLine(paper: paper.text)))
                let done = await wipe()
                try? await write(try Self.line(done))
                kill(getpid(), SIGTERM)
            },
            abandoned: {
                _ = await wipe()
                kill(getpid(), SIGTERM)
            })
        return Answer(reply, recorded: .byBody)
    }

    private static func line(_ line: DecommissionLine) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ByteBuffer(bytes: Array(try encoder.encode(line)) + [UInt8(ascii: "\n")])
    }
}
