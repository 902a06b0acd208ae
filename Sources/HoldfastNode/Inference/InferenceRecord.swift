import HoldfastAPI
import HoldfastCore
import HoldfastCrypto
import HoldfastHTTP
import HoldfastInference
import HoldfastStore
import Synchronization

/// The two records of one inference: the intent, durable before the first byte of the answer leaves, and the outcome, before the last.
///
/// Texts appear only as HMACs under a salt of this request's own, which is kept apart.
final class InferenceRecord: Sendable {
    private struct Progress {
        var answer: HMACSHA256Hasher
        var deltas: Int64 = 0
        var settled = false
    }

    private let call: Call
    private let trail: NodeAuditTrail
    private let parameters: [String: Int64]
    private let promptHMAC: String
    private let salt: [UInt8]
    private let place: RequestPlace?
    private let reservation: TokenReservation?
    private let progress: Mutex<Progress>

    /// - Parameters:
    ///   - place: given back with the outcome.
    ///   - reservation: made with the intent, settled by the outcome.
    init(
        _ call: Call, trail: NodeAuditTrail, parameters: [String: Int64], prompt: [UInt8], place: RequestPlace? = nil,
        reservation: TokenReservation? = nil
    ) throws {
        self.call = call
        self.place = place
        self.reservation = reservation
        self.trail = trail
        self.parameters = parameters
        salt = try SecureRandom.bytes(32)
        promptHMAC = Hex.encode(HMACSHA256.authenticate(key: salt, prompt))
        progress = Mutex(Progress(answer: HMACSHA256Hasher(key: salt)))
    }

    /// - Throws: ``TokenShortage`` when what is to be reserved does not fit: then nothing was written.
    func begin() async throws {
        var record = call.record(.intent, at: call.receivedAt)
        record.parameters = parameters
        record.content = AuditContent(prompt: promptHMAC)
        guard let reservation else { return try await trail.append(record, salt: salt) }
        record.parameters["tokens_reserved"] = reservation.tokens
        try await trail.append(record, salt: salt, reserving: reservation)
    }

    func add(_ delta: String) {
        progress.withLock { progress in
            progress.answer.update(Array(delta.utf8))
            progress.deltas += 1
        }
    }

    func succeed(_ reason: FinishReason, _ usage: TokenUsage, _ timings: GenerationTimings) async throws {
        try await settle(
            AuditOutcome(.ok, status: 200, finish: reason.rawValue),
            AuditTokens(prompt: Int64(usage.prompt), completion: Int64(usage.completion), cached: Int64(usage.cached)),
            waited: timings)
    }

    /// After the first byte the status was 200 already.
    func fail(_ error: any Error, streaming: Bool) async throws {
        let shown = HoldfastError(wrapping: error)
        let outcome = AuditOutcome(
            error is CancellationError ? .cancelled : .failed, code: error is CancellationError ? nil : shown.code.rawValue,
            status: streaming ? 200 : Int64(shown.code.httpStatus))
        try await settle(outcome, nil)
    }

    /// Once: whoever comes second, the stream or the connection that broke, finds it done.
    private func settle(_ outcome: AuditOutcome, _ tokens: AuditTokens?, waited: GenerationTimings? = nil) async throws {
        let (first, answer, deltas) = progress.withLock { progress in
            defer { progress.settled = true }
            return (!progress.settled, Hex.encode(progress.answer.finalize()), progress.deltas)
        }
        guard first else { return }
        defer { place?.giveBack() }
        var record = call.record(.outcome, at: trail.time, outcome: outcome)
        record.tokens = tokens
        if let waited {
            record.parameters["load_ms"] = waited.load.milliseconds
            record.parameters["queued_ms"] = waited.queued.milliseconds
        }
        // An answer that broke off: the engine counts tokens at the end only.
        if tokens == nil, deltas > 0 { record.parameters["deltas"] = deltas }
        record.content = deltas > 0 ? AuditContent(answer: answer) : nil
        try await trail.append(record)
    }
}
