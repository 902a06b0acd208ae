import HoldfastCrypto

/// The HASHES of a file (§4.4): digests in hexadecimal by the name of their algorithm. Those of unknown algorithms are kept and count for
/// nothing.
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
