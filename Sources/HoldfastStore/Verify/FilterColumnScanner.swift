import Glibc
import HoldfastCore

/// Finds the values of the filter columns in a record's canonical JSON without building the record: a million are read in a second.
///
/// It relies on the body being canonical, which its hash vouches for; it never reads outside of it.
struct FilterColumnScanner {
    private var joined: [UInt8] = []

    init() {
        joined.reserveCapacity(256)
    }

    /// Whether the columns, in one value as `FilterColumns.joinedSQL` makes it, are those of the body.
    mutating func matches(_ body: UnsafeRawBufferPointer, columns: UnsafeRawBufferPointer) -> Bool {
        if let fields = Fields(scanning: body) {
            join(fields, body)
        } else {
            guard let record = try? AuditRecord(parsing: Array(body)) else { return false }
            joined = FilterColumns(record).joined
        }
        return joined.withUnsafeBytes { Self.equal($0, columns) }
    }

    private static func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        guard let first = left.baseAddress, let second = right.baseAddress else { return true }
        return memcmp(first, second, left.count) == 0
    }

    private mutating func join(_ fields: Fields, _ body: UnsafeRawBufferPointer) {
        joined.removeAll(keepingCapacity: true)
        func slice(_ range: Range<Int>?) -> UnsafeRawBufferPointer? { range.map { UnsafeRawBufferPointer(rebasing: body[$0]) } }
        for range in [fields.id, fields.time, fields.uid, fields.operation] {
            if let value = slice(range) { joined.append(contentsOf: value) }
            joined.append(FilterColumns.separator)
        }
        if let kind = slice(fields.kind), kind.elementsEqual("model".utf8), let name = slice(fields.name) {
            FilterColumns.appendName(name, to: &joined)
        } else {
            joined.append(FilterColumns.absent)
        }
        for range in [fields.digest, fields.result, fields.subject] {
            joined.append(FilterColumns.separator)
            if let value = slice(range) { joined.append(contentsOf: value) } else { joined.append(FilterColumns.absent) }
        }
    }
}

extension FilterColumnScanner {
    /// Where in the body each value stands, without its quotes.
    private struct Fields {
        var id: Range<Int>?
        var time: Range<Int>?
        var uid: Range<Int>?
        var operation: Range<Int>?
        var kind: Range<Int>?
        var name: Range<Int>?
        var digest: Range<Int>?
        var result: Range<Int>?
        var subject: Range<Int>?

        /// - Returns: nil when a string has an escape, or the text is not JSON: then the record must be read in full.
        init?(scanning body: UnsafeRawBufferPointer) {
            guard let base = body.baseAddress else { return nil }
            // An escape anywhere is rare enough to leave all of it to the parser.
            guard memchr(base, 0x5C, body.count) == nil else { return nil }
            var (position, depth) = (0, 0)
            var (section, key) = (0..<0, 0..<0)
            while position < body.count {
                switch body[position] {
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                case UInt8(ascii: "\""):
                    let start = position + 1
                    guard let end = memchr(base + start, 0x22, body.count - start) else { return nil }
                    position = base.distance(to: UnsafeRawPointer(end))
                    let isKey = position + 1 < body.count && body[position + 1] == UInt8(ascii: ":")
                    if !isKey {
                        set(start..<position, depth, section, key, body)
                    } else if depth == 1 {
                        section = start..<position
                    } else {
                        key = start..<position
                    }
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    let start = position
                    while position + 1 < body.count, (48...57).contains(body[position + 1]) { position += 1 }
                    set(start..<position + 1, depth, section, key, body)
                default: break
                }
                position += 1
            }
        }

        private mutating func set(
            _ value: Range<Int>, _ depth: Int, _ section: Range<Int>, _ key: Range<Int>, _ body: UnsafeRawBufferPointer
        ) {
            func named(_ range: Range<Int>, _ name: StaticString) -> Bool {
                let wanted = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
                return FilterColumnScanner.equal(UnsafeRawBufferPointer(rebasing: body[range]), wanted)
            }
            if depth == 1 {
                if named(section, "id") { id = value } else if named(section, "op") { operation = value }
                if named(section, "time") { time = value }
            } else if depth == 2 {
                if named(section, "actor") {
                    if named(key, "uid") { uid = value } else if named(key, "subject") { subject = value }
                }
                if named(section, "outcome"), named(key, "result") { result = value }
                guard named(section, "resource") else { return }
                if named(key, "kind") { kind = value } else if named(key, "name") { name = value }
                if named(key, "digest") { digest = value }
            }
        }
    }
}
