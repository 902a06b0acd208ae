/// What form a model's answer must have.
public enum AnswerFormat: Sendable, Equatable {
    case text
    /// One JSON object.
    case json
    case schema(JSONSchema)
}
