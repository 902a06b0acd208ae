import HoldfastTestSupport

/// Changes inputs by chance, as a fuzzer without knowledge of the program would: for the seconds each target gets in `make test`.
public struct Mutator: Sendable {
    private var random: SplitMix64
    private let corpus: [[UInt8]]
    private let maximumBytes: Int

    /// - Parameter corpus: not empty.
    public init(corpus: [[UInt8]], maximumBytes: Int, seed: UInt64) {
        self.corpus = corpus
        self.maximumBytes = maximumBytes
        random = SplitMix64(seed: seed)
    }

    /// Bytes with a meaning in one format or another.
    private static let tokens: [[UInt8]] =
        [
            "\n", "\r\n", "\n\n", "\\u0000", "\\ud800", "\"", "{", "}", "[", "]", ":", ",", "null", "-0", "1e999", "9007199254740992", "0x",
            "- ", "&a", "*a", "<<: *a", "\u{2014} ", "+", "=", "data: ", "\u{FEFF}", "é", "e\u{301}", "uid:0", "*",
        ].map { Array($0.utf8) } + [
            [0], [0xFF], [0xC0, 0x80], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0, 0, 0, 0, 0x80],
        ]

    public mutating func next() -> [UInt8] {
        var bytes = corpus.randomElement(using: &random) ?? []
        for _ in 0..<(1 << Int.random(in: 0...3, using: &random)) { change(&bytes) }
        return Array(bytes.prefix(maximumBytes))
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, place + (1 << Int.random(in: 0...6, using: &random)))
        switch Int.random(in: 0..<8, using: &random) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        case 4: bytes.removeSubrange(place...)
        case 5:
            let other = corpus.randomElement(using: &random) ?? []
            let start = Int.random(in: 0...other.count, using: &random)
            bytes.replaceSubrange(place..., with: other[start...])
        case 6:
            let other = corpus.randomElement(using: &random) ?? []
            let start = Int.random(in: 0...other.count, using: &random)
            bytes.insert(contentsOf: other[start..<min(other.count, start + 40)], at: place)
        default: bytes.insert(contentsOf: Self.tokens.randomElement(using: &random) ?? [], at: place)
        }
    }
}
