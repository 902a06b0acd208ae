public import HoldfastCore

/// OpenAI's error body: `{"error":{"message","type","param","code"}}`, all four keys always there.
public struct OpenAIErrorBody: Encodable, Sendable {
    private let error: Fields

    private struct Fields: Encodable, Sendable {
        let message: String
        let type: String
        let param: String?
        let code: String?

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(message, forKey: .message)
            try container.encode(type, forKey: .type)
            try container.encode(param, forKey: .param)
            try container.encode(code, forKey: .code)
        }

        enum CodingKeys: String, CodingKey { case message, type, param, code }
    }

    public init(_ error: HoldfastError) {
        var message = error.message
        if let hint = error.hint { message += " (try: \(hint))" }
        self.error = Fields(message: message, type: Self.type(of: error.code), param: error.field, code: error.code.rawValue)
    }

    private static func type(of code: HoldfastError.Code) -> String {
        switch code.httpStatus {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 429: "rate_limit_error"
        case 503: "unavailable_error"
        case 400..<500: "invalid_request_error"
        default: "api_error"
        }
    }
}
