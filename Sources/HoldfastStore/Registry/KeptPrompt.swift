/// A prompt that is computed once for everybody who may use its model.
public struct KeptPrompt: Sendable, Equatable {
    /// Of one model.
    public static let maximumCount = 16
    /// Of its text.
    public static let maximumBytes = 256 << 10

    /// The first twelve hexadecimal digits of the text's SHA-256.
    public var id: String
    /// `system` or `text`.
    public var kind: String
    public var text: String
    /// Milliseconds since 1970.
    public var addedAt: Int64

    public init(id: String, kind: String, text: String, addedAt: Int64) {
        self.id = id
        self.kind = kind
        self.text = text
        self.addedAt = addedAt
    }
}
