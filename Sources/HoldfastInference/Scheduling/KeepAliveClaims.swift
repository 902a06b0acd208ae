import HoldfastCore

/// Who wants a loaded model to stay, and until when. Each tenant has one claim, renewed with each of its requests: a tenant that lets go of a
/// model (`keep_alive` 0) ends its own claim and nobody else's.
struct KeepAliveClaims: Sendable, Equatable {
    private enum Claim: Equatable {
        case until(Duration)
        case forever
    }

    private var claims: [String: Claim] = [:]
    /// When it was last used, or loaded.
    private(set) var lastUsed: Duration
    /// For a model that was loaded and that nobody has used.
    private let standard: KeepAlive

    init(now: Duration, standard: KeepAlive) {
        lastUsed = now
        self.standard = standard
    }

    mutating func renew(_ tenant: String, _ keepAlive: KeepAlive, now: Duration) {
        lastUsed = now
        claims = claims.filter { if case .until(let time) = $0.value { time > now } else { true } }
        claims[tenant] = keepAlive.expiry(after: now).map(Claim.until) ?? .forever
    }

    /// When nobody wants it any more; nil: never.
    var expiry: Duration? {
        if claims.isEmpty { return standard.expiry(after: lastUsed) }
        var latest = lastUsed
        for claim in claims.values {
            guard case .until(let time) = claim else { return nil }
            latest = max(latest, time)
        }
        return latest
    }
}

extension KeepAlive {
    /// When the model may go, for one who was done with it at `now`; nil: never by itself.
    func expiry(after now: Duration) -> Duration? {
        switch self {
        case .seconds(let seconds): now + .seconds(seconds)
        case .forever: nil
        }
    }
}
