public import HoldfastCore

/// The body of an error on `admin.sock`: `{"error":{"code","message","hint","field","request_id"}}`.
public struct ErrorBody: Codable, Sendable {
    public var error: Fields

    public struct Fields: Codable, Sendable {
        public var code: String
        public var message: String
        public var hint: String?
        public var field: String?
        public var requestID: String?

        enum CodingKeys: String, CodingKey {
            case code, message, hint, field
            case requestID = "request_id"
        }

        /// The error again, as a client meets it. A code this build does not know is kept.
        public var holdfastError: HoldfastError {
            HoldfastError(
                .init(rawValue: code), message, detail: requestID.map { "request \($0)" }, hint: hint, field: field)
        }
    }

    public init(_ error: HoldfastError, requestID: String?) {
        self.error = Fields(
            code: error.code.rawValue, message: error.message, hint: error.hint, field: error.field, requestID: requestID)
    }

    public var holdfastError: HoldfastError { error.holdfastError }
}
