import HoldfastCrypto

/// Whether a file is the one that metadata speaks of: its length and all of its known hashes, computed as the bytes arrive (§5.5.2, §5.6.2,
/// §5.7.3).
public struct TUFFileCheck: Sendable {
    private let what: String
    private let length: Int?
    private let hashes: TUFHashes?
    private let code: HoldfastError.Code
    private var count = 0
    private var sha256: SHA256Hasher?
    private var sha512: SHA512Hasher?

    /// A target's: both are always known.
    /// - Throws: ``HoldfastError`` `target_corrupt` when none of the hashes is of a known algorithm.
    public init(_ target: TUFTarget) throws {
        try self.init(what: target.path, length: target.length, hashes: target.hashes, code: .targetCorrupt)
    }

    /// - Parameters:
    ///   - length: nil when it is not said.
    ///   - hashes: nil when there are none.
    init(what: String, length: Int?, hashes: TUFHashes?, code: HoldfastError.Code) throws {
        self.what = what
        self.length = length
        self.hashes = hashes
        self.code = code
        guard let hashes else { return }
        guard !hashes.known.isEmpty else { throw refusal("its hashes are of no algorithm known here") }
        for (algorithm, _) in hashes.known {
            switch algorithm {
            case .sha256: sha256 = SHA256Hasher()
            case .sha512: sha512 = SHA512Hasher()
            }
        }
    }

    /// - Throws: ``HoldfastError`` as soon as there are more bytes than there should be.
    public mutating func update(_ bytes: some Collection<UInt8>) throws {
        count += bytes.count
        if let length, count > length { throw refusal("it is longer than the \(length) bytes it should have") }
        sha256?.update(bytes)
        sha512?.update(bytes)
    }

    /// - Throws: ``HoldfastError`` when it is shorter, or other bytes.
    public func finish() throws {
        if let length, count != length { throw refusal("it has \(count) bytes and should have \(length)") }
        for (algorithm, digits) in hashes?.known ?? [] {
            let actual = algorithm == .sha256 ? sha256?.finalize() : sha512?.finalize()
            guard let actual, Hex.decode(digits) == actual else { throw refusal("its \(algorithm.rawValue) is another than it should be") }
        }
    }

    private func refusal(_ why: String) -> HoldfastError {
        code == .metadataInvalid ? .metadata(what, why) : HoldfastError(code, "'\(what.prefix(200))' is refused: \(why).")
    }
}
