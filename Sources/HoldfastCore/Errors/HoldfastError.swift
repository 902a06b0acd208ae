/// The one error type. `code` is stable and machine-readable; HTTP status and CLI exit code are two tables keyed on it.
///
/// `message` is for the caller, `detail` for the operator's log (never a prompt or an answer), `hint` names a command that helps.
public struct HoldfastError: Error, Sendable {
    /// An open set: an unknown code from a newer peer is kept as it came.
    public struct Code: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public init(stringLiteral value: String) { self.rawValue = value }
    }

    public var code: Code
    public var message: String
    public var detail: String?
    public var hint: String?
    /// The request field at fault, where there is one: OpenAI's `param`.
    public var field: String?
    /// Seconds after which trying again makes sense.
    public var retryAfter: Int?
    public var cause: (any Error)?

    public init(
        _ code: Code, _ message: String, detail: String? = nil, hint: String? = nil, field: String? = nil, retryAfter: Int? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.detail = detail
        self.hint = hint
        self.field = field
        self.retryAfter = retryAfter
        self.cause = cause
    }
}

extension HoldfastError: CustomStringConvertible {
    public var description: String {
        var text = "\(code.rawValue): \(message)"
        if let detail { text += " [\(detail)]" }
        if let hint { text += " (\(hint))" }
        if let cause { text += " <- \(cause)" }
        return text
    }
}
