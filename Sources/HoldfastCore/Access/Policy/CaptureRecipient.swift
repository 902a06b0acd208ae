public import HoldfastCrypto

/// An auditor to whose public key captured prompts and answers are encrypted. The private key is on no node.
public struct CaptureRecipient: Hashable, Sendable {
    public let name: String
    public let key: AgeRecipient
    let location: SourceLocation

    /// `data-protection (age1…)`
    public var shown: String { "\(name) (\(key.text))" }
}

extension Authorizer {
    /// To whom the content of a request is captured: the recipients of every role that allows it, by the name asked for or the model's own.
    /// The order of bindings does not matter, so that no further role takes the capture away.
    /// - Returns: by name, each once; empty when nothing is captured.
    public func captureRecipients(_ caller: Caller, _ names: [ModelName]) -> [CaptureRecipient] {
        guard !policy.recipients.isEmpty else { return [] }
        let roles = Set(names.flatMap { matches(caller, Permission(.inferenceInvoke, on: .model($0))).map(\.role) })
        let captured = Set(policy.roles.filter { roles.contains($0.name) }.compactMap { $0.capture?.recipient })
        return policy.recipients.filter { captured.contains($0.name) }.sorted { $0.name < $1.name }
    }
}
