import HoldfastCore

/// Loads that failed, and for how long each is not tried again.
struct LoadBackoff {
    private struct Failure {
        var error: HoldfastError
        var pause: Duration
        var until: Duration
    }

    static let longest = Duration.seconds(30)
    private var failures: [SHA256Digest: Failure] = [:]

    /// The last failure, while it is too early for another try.
    func failure(for digest: SHA256Digest, now: Duration) -> HoldfastError? {
        guard let failure = failures[digest], now < failure.until else { return nil }
        var error = failure.error
        error.retryAfter = max(1, Int((failure.until - now).inSeconds.rounded(.up)))
        return error
    }

    /// - Returns: the error with the time after which trying again makes sense.
    mutating func note(_ error: any Error, for model: LoadableModel, now: Duration) -> HoldfastError {
        let pause = failures[model.digest].map { min($0.pause * 2, Self.longest) } ?? .seconds(1)
        var known =
            error as? HoldfastError
            ?? HoldfastError(.engineFailed, "The engine could not load \(model.name).", detail: "\(error)", cause: error)
        known.retryAfter = Int(pause.inSeconds)
        failures[model.digest] = Failure(error: known, pause: pause, until: now + pause)
        return known
    }

    mutating func forget(_ digest: SHA256Digest) { failures[digest] = nil }
}
