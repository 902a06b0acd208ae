import HoldfastCore

extension GenerationRequest.Prompt {
    /// The prompt as bytes of our own, in the order in which every chat template renders it: what two prompts have in common here they have
    /// in common for the engine, up to what a template adds.
    ///
    /// It decides only which saved prefix is worth restoring. How much of it counts is the engine's to say, token by token. Rendered so,
    /// looking costs microseconds; the engine's `/apply-template` takes a millisecond.
    var prefixText: [UInt8] {
        switch self {
        case .text(let text): [UInt8(ascii: "t")] + Array(text.utf8)
        case .messages(let messages):
            messages.reduce(into: [UInt8(ascii: "m")]) { bytes, message in
                bytes += Self.opening(message.role)
                bytes += Array(message.content.utf8)
                bytes.append(0)
            }
        }
    }

    /// What follows the prompt when the model's answer becomes part of the conversation.
    func prefixText(answeredWith answer: String) -> [UInt8] {
        switch self {
        case .text: prefixText + Array(answer.utf8)
        case .messages: prefixText + Self.opening(.assistant) + Array(answer.utf8)
        }
    }

    private static func opening(_ role: GenerationRequest.Message.Role) -> [UInt8] { Array(role.rawValue.utf8) + [1] }
}
