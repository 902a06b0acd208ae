/// Up to 256 consecutive records in one resource, each behind its length in two bytes, big-endian (c2sp.org/tlog-tiles, "Log entries").
public enum EntryBundle {
    /// Bytes in the largest record two length bytes can announce.
    public static let maximumEntryLength = 65_535

    /// - Throws: ``HoldfastError`` `audit_broken` for more than 256 records or one that is too long.
    public static func encode(_ entries: [[UInt8]]) throws -> [UInt8] {
        guard entries.count <= TileCoordinate.fullWidth else {
            throw HoldfastError.malformed("entry bundle", "\(entries.count) records are more than 256")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.reduce(0) { $0 + $1.count + 2 })
        for entry in entries {
            guard let length = UInt16(exactly: entry.count) else {
                throw HoldfastError.malformed("entry bundle", "a record of \(entry.count) bytes is longer than \(maximumEntryLength)")
            }
            withUnsafeBytes(of: length.bigEndian) { bytes.append(contentsOf: $0) }
            bytes += entry
        }
        return bytes
    }

    /// - Parameter count: records the bundle must have: its width.
    /// - Throws: ``HoldfastError`` `audit_broken` for a bundle that is cut off, or has more or fewer records.
    public static func decode(_ bytes: some Collection<UInt8>, count: Int) throws -> [[UInt8]] {
        var entries: [[UInt8]] = []
        var rest = bytes[...]
        while let high = rest.popFirst() {
            guard entries.count < count else { throw HoldfastError.malformed("entry bundle", "it has more than \(count) records") }
            guard let low = rest.popFirst() else { throw HoldfastError.malformed("entry bundle", "it ends within a length") }
            let length = Int(high) << 8 | Int(low)
            let entry = Array(rest.prefix(length))
            guard entry.count == length else {
                throw HoldfastError.malformed("entry bundle", "it ends within record \(entries.count)")
            }
            entries.append(entry)
            rest = rest.dropFirst(length)
        }
        guard entries.count == count else {
            throw HoldfastError.malformed("entry bundle", "it has \(entries.count) records and not \(count)")
        }
        return entries
    }

    /// `tile/entries/<N>[.p/<W>]`.
    public static func path(index: Int, width: Int = TileCoordinate.fullWidth) -> String {
        "tile/entries/" + TileIndexPath.encode(index: index, width: width)
    }

    /// - Throws: ``HoldfastError`` `audit_broken` for anything ``path(index:width:)`` would not write.
    public static func parse(path: some StringProtocol) throws -> (index: Int, width: Int) {
        let prefix = "tile/entries/".utf8
        guard path.utf8.starts(with: prefix), let place = TileIndexPath.decode(path.utf8.dropFirst(prefix.count)) else {
            throw HoldfastError.malformed("entry bundle path", "'\(path.prefix(80))' does not have the form tile/entries/INDEX[.p/WIDTH]")
        }
        return place
    }
}
