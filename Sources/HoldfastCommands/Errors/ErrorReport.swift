import HoldfastAPI
import HoldfastCore

/// An error as a person or a script reads it on stderr.
struct ErrorReport {
    let error: HoldfastError

    init(_ error: any Error) {
        switch error {
        case let error as HoldfastError: self.error = error
        case is CancellationError: self.error = HoldfastError(.interrupted, "Interrupted.")
        default:
            self.error = HoldfastError(
                .internalError, "Something went wrong that holdfast has no words for: \(error).", hint: "holdfast status", cause: error)
        }
    }

    var exitStatus: CommandStatus { error.code.exitStatus }

    /// `holdfast: message`, then the hint and, when the node gave one, the request's id, a line each.
    func text(style: Style) -> String {
        var lines = [style.red("holdfast:") + " " + TerminalText.clean(error.message)]
        if let hint = error.hint { lines.append("  try: " + TerminalText.clean(hint)) }
        if let requestID { lines.append("  request: " + TerminalText.clean(requestID)) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same in the shape of `admin.sock`'s error body.
    func json() throws -> String {
        try JSONText.pretty(encoding: ErrorBody(error, requestID: requestID)) + "\n"
    }

    // ``ErrorBody`` keeps the request's id in the error's detail.
    private var requestID: String? {
        guard let detail = error.detail, detail.hasPrefix("request ") else { return nil }
        return String(detail.dropFirst("request ".count))
    }
}
