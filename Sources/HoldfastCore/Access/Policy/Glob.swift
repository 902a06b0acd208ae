/// A pattern over text in lower case: `*` stands for any run of characters (also none, also `/`), `?` for exactly one.
struct Glob: Hashable, Sendable {
    private static let star = UInt8(ascii: "*")
    private static let one = UInt8(ascii: "?")

    let bytes: [UInt8]
    private let prefixCount: Int
    private let suffixCount: Int
    /// What comes before the first `*` or `?`, and after the last: what a text must begin and end with.
    var prefix: ArraySlice<UInt8> { bytes.prefix(prefixCount) }
    var suffix: ArraySlice<UInt8> { bytes.suffix(suffixCount) }
    var isLiteral: Bool { prefixCount == bytes.count }

    init(_ pattern: some StringProtocol) {
        var bytes: [UInt8] = []
        for byte in pattern.lowercased().utf8 where byte != Self.star || bytes.last != Self.star {
            bytes.append(byte)
        }
        self.bytes = bytes
        self.prefixCount = bytes.firstIndex { $0 == Self.star || $0 == Self.one } ?? bytes.count
        self.suffixCount = bytes.count - 1 - (bytes.lastIndex { $0 == Self.star || $0 == Self.one } ?? -1)
    }

    func matches(_ text: String) -> Bool {
        text.withUTF8Bytes { matches($0) }
    }

    /// Takes time in proportion to pattern × text at worst, and no memory.
    func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count >= suffixCount else { return false }
        // Most texts that do not fit differ here.
        for offset in 1..<(suffixCount + 1) where bytes[bytes.count - offset] != text[text.count - offset] { return false }
        var pattern = 0
        var position = 0
        // Where to go on when what follows the last star does not fit: one character later.
        var afterStar: Int?
        var retry = 0
        while position < text.count {
            if pattern < bytes.count, bytes[pattern] == Self.star {
                pattern += 1
                afterStar = pattern
                retry = position
            } else if pattern < bytes.count, bytes[pattern] == Self.one || bytes[pattern] == text[position] {
                pattern += 1
                position += 1
            } else if let resume = afterStar {
                retry += 1
                position = retry
                pattern = resume
            } else {
                return false
            }
        }
        while pattern < bytes.count, bytes[pattern] == Self.star { pattern += 1 }
        return pattern == bytes.count
    }
}

extension String {
    /// Shows the UTF-8 bytes in place where the string has them in one piece, as native strings do.
    func withUTF8Bytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = utf8.withContiguousStorageIfAvailable(body) { return result }
        return Array(utf8).withUnsafeBufferPointer(body)
    }
}
