import HoldfastCore
import Synchronization

/// How often one subject may ask whether a text is a record's: enough for a person, too little to try out a list.
final class GuessLimit: Sendable {
    static let perMinute = 30

    private let times = Mutex<[String: [ContinuousClock.Instant]]>([:])

    /// - Throws: ``HoldfastError`` `limit_exceeded`.
    func admit(_ tenant: String, at now: ContinuousClock.Instant = .now) throws {
        let wait: Duration? = times.withLock { times in
            times = times.compactMapValues { kept in
                let recent = kept.filter { $0 > now - .seconds(60) }
                return recent.isEmpty ? nil : recent
            }
            let recent = times[tenant] ?? []
            if recent.count >= Self.perMinute, let first = recent.first { return .seconds(60) - (now - first) }
            times[tenant] = recent + [now]
            return nil
        }
        guard let wait else { return }
        throw HoldfastError(
            .limitExceeded, "At most \(Self.perMinute) texts a minute are held against records.", hint: "wait, then try again",
            retryAfter: Int(wait.components.seconds) + 1)
    }
}
