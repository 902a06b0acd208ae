import HoldfastCore

/// What the signer signs. Roots and targets are never among it.
public enum SignerRole: String, CaseIterable, Sendable {
    case timestamp, snapshot, director

    /// The longest that what it signs may be good for, in days: a stolen catalog cannot make metadata that lasts.
    var maximumDays: Int {
        switch self {
        case .timestamp: 31
        case .snapshot: 92
        case .director: 366
        }
    }
}
