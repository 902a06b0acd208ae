import FoundationEssentials
import HoldfastCore

/// The error in an answer, in the shape of either socket: `admin.sock`'s own, or OpenAI's.
enum AnswerError {
    private struct Body: Decodable {
        struct Fields: Decodable {
            var message: String
            var code: String?
            var hint: String?
            var field: String?
            var param: String?
            var requestID: String?

            enum CodingKeys: String, CodingKey {
                case message, code, hint, field, param
                case requestID = "request_id"
            }
        }
        var error: Fields
    }

    static func decode(_ bytes: some Collection<UInt8>, status: Int, requestID: String? = nil) -> HoldfastError {
        if let error = decode(bytes, requestID: requestID) { return error }
        return HoldfastError(
            .internalError, "The node answered with HTTP status \(status) and did not say why.", detail: requestID.map { "request \($0)" },
            hint: "holdfast status")
    }

    /// - Returns: nil for JSON that holds no error.
    static func decode(_ bytes: some Collection<UInt8>, requestID: String?) -> HoldfastError? {
        guard let fields = try? JSONDecoder().decode(Body.self, from: Data(bytes)).error else { return nil }
        let (message, hint) = fields.hint.map { (fields.message, $0) } ?? split(fields.message)
        return HoldfastError(
            .init(rawValue: fields.code ?? HoldfastError.Code.internalError.rawValue), message,
            detail: (fields.requestID ?? requestID).map { "request \($0)" }, hint: hint, field: fields.field ?? fields.param)
    }

    /// OpenAI's shape has no place for a hint, so the node writes it behind the message: `… (try: hint)`.
    private static func split(_ message: String) -> (String, String?) {
        let opening = " (try: "
        guard message.hasSuffix(")"), let start = message.ranges(of: opening).last else { return (message, nil) }
        return (String(message[..<start.lowerBound]), String(message[start.upperBound...].dropLast()))
    }
}
