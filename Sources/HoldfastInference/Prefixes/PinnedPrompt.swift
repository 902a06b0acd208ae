/// A prompt that an administrator has computed once, for everybody who may use the model.
public struct PinnedPrompt: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        /// The system message of conversations.
        case system
        /// The beginning of a text, for completions.
        case text
    }

    /// The first twelve hexadecimal digits of its text's SHA-256, as people write it.
    public var id: String
    public var kind: Kind
    public var text: String

    public init(id: String, kind: Kind, text: String) {
        self.id = id
        self.kind = kind
        self.text = text
    }

    /// Templates may put the system message into the user's first, and want one: what is said there makes no difference to what is before it.
    var prompt: GenerationRequest.Prompt {
        switch kind {
        case .system: .messages([.init(.system, text), .init(.user, "Hello")])
        case .text: .text(text)
        }
    }
}
