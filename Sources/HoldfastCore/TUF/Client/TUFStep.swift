/// A metadata file that is wanted from the repository.
public struct TUFRequest: Hashable, Sendable {
    public let role: String
    /// The file's name, relative to the repository's URL of metadata: percent-encoded, one step.
    public let file: String
    /// More than these are not to be read: a longer file is refused.
    public let maximumBytes: Int
}

/// What a client needs next.
public enum TUFStep: Hashable, Sendable {
    /// What is stored of this role; nil when nothing is.
    case load(role: String)
    /// A file of the repository; nil when it has none of this name.
    case fetch(TUFRequest)
}

/// What is to be done to the stored metadata. Changes that come together are stored together.
public enum TUFChange: Hashable, Sendable {
    /// Keep this file, as it came, in place of the role's last one. Roots are kept one and all, so that others that were away can follow the
    /// chain from here without a network.
    case store(role: String, version: Int, bytes: [UInt8])
    case forget(role: String)
}

/// What a search has come to.
public enum TUFSearch: Sendable {
    case needs(TUFStep)
    case found(TUFTarget)
    case absent
}
