/// How far a time zone's clock is from UTC, at any moment: a file of the system's time zone database (TZif, RFC 9636), read.
///
/// Foundation knows zones too, by ICU, whose tables take some thirty megabytes of memory and are as old as the toolchain; the system's files
/// are the ones its owner keeps up to date.
public struct TimeZoneRules: Hashable, Sendable {
    public static let utc = TimeZoneRules(name: "UTC", times: [], offsets: [], first: 0, tail: nil)
    /// Longer files are refused unread.
    public static let maximumByteCount = 1 << 16

    public let name: String
    /// Seconds since 1970, ascending, at which an offset begins.
    let times: [Int64]
    let offsets: [Int]
    /// Before the first.
    let first: Int
    /// After the last.
    let tail: PosixZone?

    /// Seconds to add to UTC.
    /// - Parameter seconds: since 1970.
    public func offset(at seconds: Int64) -> Int {
        guard let begin = times.first, let last = times.last else { return tail?.offset(at: seconds) ?? first }
        if seconds < begin { return first }
        if seconds >= last, let tail { return tail.offset(at: seconds) }
        var (low, high) = (0, times.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if times[middle] <= seconds { low = middle } else { high = middle }
        }
        return offsets[low]
    }

    /// Whether a name can be one of the database's. It is part of a path, so nothing else is looked for.
    public static func isName(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count) else { return false }
        return text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.utf8.first, (65...90).contains(first & 0xDF) else { return false }
            return part.utf8.allSatisfy { byte in
                (65...90).contains(byte & 0xDF) || (48...57).contains(byte) || "+-_".utf8.contains(byte)
            }
        }
    }
}

extension TimeZoneRules {
    /// Reads a TZif file of any version.
    /// - Returns: nil for what is none, and for one that counts leap seconds.
    public init?(name: String, file: [UInt8]) {
        var reader = BigEndianReader(bytes: file)
        guard let old = TZifHeader(&reader), let legacy = TZifBlock(old, timeSize: 4, &reader) else { return nil }
        guard old.version >= 2 else {
            self.init(name: name, block: legacy, tail: nil)
            return
        }
        guard let header = TZifHeader(&reader), let block = TZifBlock(header, timeSize: 8, &reader), reader.take(1) == [0x0A] else {
            return nil
        }
        let footer = reader.rest.prefix { $0 != 0x0A }
        guard footer.count < reader.rest.count else { return nil }
        var tail: PosixZone?
        if !footer.isEmpty {
            guard let zone = PosixZone(parsing: String(decoding: footer, as: UTF8.self)) else { return nil }
            tail = zone
        }
        self.init(name: name, block: block, tail: tail)
    }

    private init(name: String, block: TZifBlock, tail: PosixZone?) {
        self.init(name: name, times: block.times, offsets: block.offsets, first: block.first, tail: tail)
    }
}

/// The counts that stand before each data block.
private struct TZifHeader {
    let version: Int
    let utIndicators: Int
    let standardIndicators: Int
    let leapSeconds: Int
    let transitions: Int
    let types: Int
    let letters: Int

    init?(_ reader: inout BigEndianReader) {
        guard reader.take(4) == Array("TZif".utf8), let version = reader.take(1).first, reader.take(15).count == 15 else { return nil }
        // A digit; version 1 has NUL.
        self.version = version == 0 ? 1 : Int(version) - 48
        var counts: [Int] = []
        for _ in 0..<6 {
            guard let count = reader.integer(4), (0...1 << 16).contains(count) else { return nil }
            counts.append(Int(count))
        }
        (utIndicators, standardIndicators, leapSeconds, transitions, types, letters) =
            (counts[0], counts[1], counts[2], counts[3], counts[4], counts[5])
    }
}

private struct TZifBlock {
    var times: [Int64] = []
    var offsets: [Int] = []
    let first: Int

    init?(_ header: TZifHeader, timeSize: Int, _ reader: inout BigEndianReader) {
        guard header.leapSeconds == 0, header.types > 0 else { return nil }
        for _ in 0..<header.transitions {
            guard let time = reader.integer(timeSize), time > times.last ?? .min else { return nil }
            times.append(time)
        }
        let indices = reader.take(header.transitions)
        var types: [Int] = []
        for _ in 0..<header.types {
            guard let offset = reader.integer(4), abs(offset) < 26 * 3600, reader.take(2).count == 2 else { return nil }
            types.append(Int(offset))
        }
        guard indices.count == header.transitions, indices.allSatisfy({ Int($0) < types.count }) else { return nil }
        let rest = header.letters + header.standardIndicators + header.utIndicators
        guard reader.take(rest).count == rest else { return nil }
        offsets = indices.map { types[Int($0)] }
        first = types[0]
    }
}

/// Numbers in network order, as far as there are any.
private struct BigEndianReader {
    private(set) var rest: ArraySlice<UInt8>

    init(bytes: [UInt8]) { rest = bytes[...] }

    mutating func take(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// Two's complement.
    mutating func integer(_ size: Int) -> Int64? {
        let bytes = take(size)
        guard bytes.count == size, let sign = bytes.first else { return nil }
        return bytes.reduce(sign & 0x80 == 0 ? 0 : -1) { $0 << 8 | Int64($1) }
    }
}
