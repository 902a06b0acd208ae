import HoldfastCore
import HoldfastCrypto
import HoldfastStore

/// Encrypts what is said to the auditors that a policy names, before anything of it reaches the disk.
struct ContentCapture: Sendable {
    private let keys: [AgeRecipient]
    /// As records name them.
    let recipients: String
    /// The most bytes all captured content may have.
    let budget: Int64
    /// `audit.on_failure: refuse_all`: what cannot be captured is not answered.
    let isRequired: Bool

    /// - Returns: nil when no role of the caller that allows the request captures.
    init?(_ recipients: [CaptureRecipient], _ settings: AuditSettings) {
        guard !recipients.isEmpty else { return nil }
        keys = recipients.map(\.key)
        self.recipients = recipients.map(\.name).joined(separator: ",")
        budget = settings.captureBudgetBytes
        isRequired = settings.onFailure == .refuseAll
    }

    func encrypt(_ part: CapturedContent.Part, _ bytes: [UInt8]) throws -> CapturedContent {
        CapturedContent(part, file: try AgeFile.encrypt(bytes, to: keys))
    }

    /// What becomes of an intent that cannot be captured.
    var ofPrompt: CaptureShortage { isRequired ? .refuse(.auditUnavailable) : .goOn }

    /// What becomes of the outcome of a complete answer that cannot be.
    func ofAnswer(streaming: Bool) -> CaptureShortage {
        guard isRequired else { return .goOn }
        let code = HoldfastError.Code.auditUnavailable
        return .outcome(AuditOutcome(.failed, code: code.rawValue, status: streaming ? 200 : 503))
    }
}
