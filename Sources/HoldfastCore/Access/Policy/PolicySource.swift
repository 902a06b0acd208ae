import HoldfastCrypto

/// One policy file as it was read: its name and its bytes.
public struct PolicySource: Hashable, Sendable {
    /// Longer files are refused unread.
    public static let maximumByteCount = 1 << 20

    /// Shown in every message and decision: a path.
    public let name: String
    public let bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    public init(name: String, text: String) {
        self.init(name: name, bytes: Array(text.utf8))
    }

    /// The name without its folder.
    var baseName: String { String(name.split(separator: "/").last ?? name[...]) }

    /// One digest over a set: of the list `sha256sum` prints. `cd /etc/holdfast/policies && LC_ALL=C sha256sum *.yaml | sha256sum` gives
    /// the same one, so that anybody can tell which files a recorded policy generation came from.
    static func digest(of sources: [PolicySource]) -> SHA256Digest? {
        var list = SHA256Hasher()
        let ordered = sources.sorted { Array($0.baseName.utf8).lexicographicallyPrecedes(Array($1.baseName.utf8)) }
        for source in ordered {
            list.update(Array("\(Hex.encode(SHA256.hash(source.bytes)))  \(source.baseName)\n".utf8))
        }
        return SHA256Digest(bytes: list.finalize())
    }
}
