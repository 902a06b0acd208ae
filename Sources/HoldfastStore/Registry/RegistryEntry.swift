public import HoldfastCore

/// A model without its whole description: what lists and filters need, small enough to be kept for each.
public struct RegistryEntry: Sendable, Equatable {
    /// The name it was added under, or the oldest that is left.
    public var name: ModelName
    /// Every name, ascending.
    public var names: [ModelName]
    public var digest: SHA256Digest
    /// Bytes of the file.
    public var size: Int64
    public var state: Model.State
    /// Milliseconds since 1970.
    public var addedAt: Int64
    public var verifiedAt: Int64
    /// The file's as it was when it last had its digest.
    public var fingerprint: BlobFingerprint
    public var architecture: String
    public var parameters: Int64
    public var quantization: String
}
