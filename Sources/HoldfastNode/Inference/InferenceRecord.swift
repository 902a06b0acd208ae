import HoldfastAPI
import HoldfastCore
import HoldfastCrypto
import HoldfastHTTP
import HoldfastInference
import HoldfastStore
import Synchronization

/// The two records of one inference: the intent, durable before the first byte of the answer leaves, and the outcome, before the last.
///
/// Texts appear only as HMACs under a salt of this request's own, which is kept apart, and, where a policy says so, encrypted to an auditor.
final class InferenceRecord: Sendable {
    private struct Progress {
        var answer: HMACSHA256Hasher
        /// The answer itself, for as long as it takes to encrypt it; empty where nothing is captured.
        var text: [UInt8] = []
        var deltas: Int64 = 0
        var settled = false
    }

    private let call: Call
    private let trail: NodeAuditTrail
    private let parameters: [String: Int64]
    private let content: AuditContent
    private let prompt: [UInt8]
    private let salt: [UInt8]
    /// Nil where nothing is captured.
    private let capture: ContentCapture?
    private let place: RequestPlace?
    private let reservation: TokenReservation?
    private let progress: Mutex<Progress>

    /// - Parameters:
    ///   - place: given back with the outcome.
    ///   - reservation: made with the intent, settled by the outcome.
    init(
        _ call: Call, trail: NodeAuditTrail, request: InferenceRequest, capture: ContentCapture? = nil, place: RequestPlace? = nil,
        reservation: TokenReservation? = nil
    ) throws {
        self.call = call
        self.place = place
        self.reservation = reservation
        self.trail = trail
        self.capture = capture
        parameters = request.parameters
        prompt = capture == nil ? [] : request.promptBytes
        let salt = try SecureRandom.bytes(32)
        self.salt = salt
        func code(_ bytes: [UInt8]) -> String { Hex.encode(HMACSHA256.authenticate(key: salt, bytes)) }
        content = AuditContent(
            prompt: code(request.promptBytes), message: request.lastMessage.map(code), recipients: capture?.recipients)
        progress = Mutex(Progress(answer: HMACSHA256Hasher(key: salt)))
    }

    /// - Throws: ``TokenShortage`` when what is to be reserved does not fit: then nothing was written.
    func begin() async throws {
        var record = call.record(.intent, at: call.receivedAt)
        record.parameters = parameters
        record.content = content
        record.parameters["tokens_reserved"] = reservation?.tokens
        if let capture {
            _ = try await trail.append(
                record, salt: salt, capturing: capture.encrypt(.prompt, prompt), for: capture, ifNot: capture.ofPrompt,
                reserving: reservation)
        } else if let reservation {
            try await trail.append(record, salt: salt, reserving: reservation)
        } else {
            try await trail.append(record, salt: salt)
        }
    }

    func add(_ delta: String) {
        let bytes = Array(delta.utf8)
        progress.withLock { progress in
            progress.answer.update(bytes)
            if capture != nil { progress.text += bytes }
            progress.deltas += 1
        }
    }

    /// - Throws: ``HoldfastError`` `audit_unavailable` also when the answer should be captured, cannot be, and the node refuses then.
    func succeed(_ reason: FinishReason, _ usage: TokenUsage, _ timings: GenerationTimings, streaming: Bool) async throws {
        try await settle(
            AuditOutcome(.ok, status: 200, finish: reason.rawValue),
            AuditTokens(prompt: Int64(usage.prompt), completion: Int64(usage.completion), cached: Int64(usage.cached)),
            waited: timings, ifNotCaptured: capture?.ofAnswer(streaming: streaming) ?? .goOn)
    }

    /// After the first byte the status was 200 already.
    func fail(_ error: any Error, streaming: Bool) async throws {
        let shown = HoldfastError(wrapping: error)
        let outcome = AuditOutcome(
            error is CancellationError ? .cancelled : .failed, code: error is CancellationError ? nil : shown.code.rawValue,
            status: streaming ? 200 : Int64(shown.code.httpStatus))
        try await settle(outcome, nil, ifNotCaptured: .goOn)
    }

    /// Once: whoever comes second, the stream or the connection that broke, finds it done.
    private func settle(
        _ outcome: AuditOutcome, _ tokens: AuditTokens?, waited: GenerationTimings? = nil, ifNotCaptured shortage: CaptureShortage
    ) async throws {
        let (first, answer, text, deltas) = progress.withLock { progress in
            defer {
                progress.settled = true
                progress.text = []
            }
            return (!progress.settled, Hex.encode(progress.answer.finalize()), progress.text, progress.deltas)
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
        record.content = deltas > 0 ? AuditContent(answer: answer, recipients: capture?.recipients) : nil
        guard let capture, deltas > 0 else { return try await trail.append(record) }
        let result = try await trail.append(record, capturing: capture.encrypt(.answer, text), for: capture, ifNot: shortage)
        if result == .noRoom, case .outcome = shortage { throw CapturedContent.noRoom(.auditUnavailable) }
    }
}
