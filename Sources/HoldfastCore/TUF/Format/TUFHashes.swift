import HoldfastCrypto

/// The HASHES of a file (§4.4): digests in hexadecimal by the name of their algorithm. Those of unknown algorithms are kept and count for nothing.
public struct TUFHashes: Hashable, Sendable {
    public let byAlgorithm: [String: String]

    public init(sha256: SHA256Digest) { byAlgorithm = ["sha256": sha256.hex] }

    public init(of bytes: [UInt8]) { byAlgorithm = ["sha256": Hex.encode(SHA256.hash(bytes))] }

    /// Refuses digests of known algorithms that are not as long as theirs, in hexadecimal: they become part of a path.
    init(_ members: [String: OLPCJSON], what: String) throws {
        guard !members.isEmpty else { throw HoldfastError.metadata(what, "'hashes' is empty") }
        byAlgorithm = try members.mapValues {
            guard let text = $0.stringValue else { throw HoldfastError.metadata(what, "a hash is not a string") }
            return text
        }
        for (name, digits) in TUFHashAlgorithm.allCases.map({ ($0, byAlgorithm[$0.rawValue]) }) {
            guard let digits else { continue }
            guard digits.utf8.count == name.hexCount, Hex.decode(digits) != nil else {
                throw HoldfastError.metadata(what, "a hash is not \(name.hexCount) hexadecimal digits, as \(name.rawValue)'s are")
            }
        }
    }

    var json: OLPCJSON { .object(byAlgorithm.mapValues { .string($0) }) }

    /// Digests of algorithms known here, the preferred first.
    var known: [(algorithm: TUFHashAlgorithm, digits: String)] {
        TUFHashAlgorithm.allCases.compactMap { algorithm in byAlgorithm[algorithm.rawValue].map { (algorithm, $0) } }
    }
}

/// The hash algorithms that count, the preferred first.
enum TUFHashAlgorithm: String, CaseIterable {
    case sha256, sha512

    var hexCount: Int {
        switch self {
        case .sha256: 64
        case .sha512: 128
        }
    }
}

/// Whether a file is the one that metadata speaks of: its length and all of its known hashes, computed as the bytes arrive (§5.5.2, §5.6.2, §5.7.3).
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
