import HoldfastAPI
import HoldfastCore
import HoldfastCrypto
import HoldfastHTTP
import HoldfastStore
import Hummingbird
import NIOCore

/// `POST /holdfast/v1/backup`: the answer is the archive, streamed.
struct BackupHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.nodeBackup
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> BackupOptions {
        let body = try RequestDecoding.decode(BackupBody.self, from: await RequestBodyReader.collect(request))
        let recipient: AgeRecipient?
        do { recipient = try body.keyRecipient.map { try AgeRecipient(parsing: $0) } } catch {
            throw HoldfastError(
                .invalidRequest, "The recipient of the signing key must be an age public key (age1…).",
                hint: "age-keygen -o key.txt shows one", field: "key_recipient")
        }
        return BackupOptions(models: body.models ?? true, content: body.content ?? true, keyRecipient: recipient)
    }

    func resources(of input: BackupOptions) -> [Resource] { [.node] }

    func handle(_ input: BackupOptions, _ call: Call) async throws -> Answer {
        try await node.trail.flush(readsToo: true, all: false)
        let backup = try await node.store.prepareBackup(input, version: HoldfastVersion.text)
        let reply = Reply.stream(
            type: "application/x-tar",
            { write in
                do {
                    try await backup.stream { bytes in
                        do { try await write(ByteBuffer(bytes: bytes)) } catch { throw CancellationError() }
                    }
                } catch {
                    let code = error is CancellationError ? nil : HoldfastError(wrapping: error).code.rawValue
                    try await node.trail.outcome(call, AuditOutcome(code == nil ? .cancelled : .failed, code: code))
                    // The answer breaks off, so that nobody takes what there is for the whole.
                    throw error
                }
                var record = node.trail.record(of: call)
                record.resource = AuditResource(kind: "backup", digest: backup.digest)
                record.parameters = [
                    "bytes": backup.manifest.bytes, "files": Int64(backup.manifest.files.count), "records": Int64(backup.manifest.size),
                    "content": input.content ? 1 : 0, "key": input.keyRecipient == nil ? 0 : 1,
                ]
                try await node.trail.append(record)
            },
            abandoned: { try? await node.trail.outcome(call, AuditOutcome(.cancelled)) })
        return Answer(reply, recorded: .byBody)
    }
}
