import HTTPTypes
import HoldfastAPI
public import HoldfastCore
import Hummingbird

/// The shape in which a family of clients understands errors.
public enum ErrorSurface: Sendable {
    case openAI
    case holdfast

    /// Where it says which operations there are.
    var operationsHint: String {
        switch self {
        case .openAI: "docs/compatibility.md says what there is of OpenAI's API"
        case .holdfast: "policies/README.md lists every operation and its socket"
        }
    }

    func reply(_ error: HoldfastError, requestID: String) -> Reply {
        var reply: Reply
        do {
            switch self {
            case .openAI: reply = try .json(OpenAIErrorBody(error), status: error.code.httpStatus)
            case .holdfast: reply = try .json(ErrorBody(error, requestID: requestID), status: error.code.httpStatus)
            }
        } catch {
            reply = .bytes(.init(), type: "application/json", status: 500)
        }
        // What is left of a refused request's body is not read: the connection ends with the answer.
        reply.headers[.connection] = "close"
        // RFC 6750, section 3.
        if error.code.httpStatus == 401 {
            reply.headers[.wwwAuthenticate] =
                "Bearer realm=\"holdfast\"" + (error.code == .tokenMissing ? "" : ", error=\"invalid_token\"")
        }
        reply.headers[.retryAfter] = error.retryAfter.map(String.init)
        return reply.with(requestID: requestID)
    }
}

extension HoldfastError {
    /// Any error, as a caller may see it: what is not ours becomes `internal_error`, its text for the log only.
    public init(wrapping error: any Error) {
        switch error {
        case let error as HoldfastError: self = error
        case let error as AccessRefusal: self = error.error
        case let error as RecordedFailure: self.init(wrapping: error.error)
        case is CancellationError: self.init(.interrupted, "The request was given up.")
        default: self.init(.internalError, "Something went wrong in the node.", hint: "holdfast status", cause: error)
        }
    }
}

extension Reply {
    func with(requestID: String) -> Reply {
        var reply = self
        reply.headers[.xRequestID] = requestID
        return reply
    }
}

extension HTTPField.Name {
    static let xRequestID = HTTPField.Name("X-Request-Id") ?? .date
}
