/// A SHA-256 digest: 32 bytes and nothing else, so that a path built from one cannot be anything but a digest.
///
/// Written `sha256:` and 64 lower-case hexadecimal digits, as OCI does.
public struct SHA256Digest: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// - Returns: nil unless `bytes` are exactly 32.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var words: [UInt64] = [0, 0, 0, 0]
        for (offset, byte) in bytes.enumerated() {
            words[offset / 8] = words[offset / 8] << 8 | UInt64(byte)
        }
        self.words = (words[0], words[1], words[2], words[3])
    }

    /// Reads 64 hexadecimal digits, with or without `sha256:` before them.
    /// - Throws: ``HoldfastError`` `digest_invalid`.
    public init(parsing text: some StringProtocol) throws {
        let hex = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
        guard hex.utf8.count == 64, let bytes = Hex.decode(hex), let digest = SHA256Digest(bytes: bytes) else {
            throw HoldfastError(
                .digestInvalid, "'\(text.prefix(80))' is not a SHA-256 digest: it must be 'sha256:' and 64 hexadecimal digits.",
                hint: "holdfast model list --json shows the digests of this node's models")
        }
        self = digest
    }

    public var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(32)
        for word in [words.0, words.1, words.2, words.3] {
            withUnsafeBytes(of: word.bigEndian) { result.append(contentsOf: $0) }
        }
        return result
    }

    /// 64 lower-case hexadecimal digits.
    public var hex: String { Hex.encode(bytes) }
    /// Twelve digits, for tables.
    public var short: String { String(hex.prefix(12)) }

    public static func == (left: Self, right: Self) -> Bool { left.words == right.words }
    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension SHA256Digest: CustomStringConvertible {
    public var description: String { "sha256:" + hex }
}

extension SHA256Digest: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(parsing: decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
