/// One line of a verifiable export, read strictly. `docs/audit-export.md` describes each.
enum ExportLine {
    static let format = "holdfast-audit-export/1"

    struct Head {
        let origin: String
        let first: Int
        let left: [MerkleHash]
        let filter: String?
        let successions: [KeySuccession]
    }

    struct End {
        let end: Int
        let right: [MerkleHash]
        let checkpoint: SignedNote
    }

    /// The record's leaf hash; its content was not looked into.
    case record(index: Int, leaf: MerkleHash)
    case withheld(Range<Int>, ExportWithheld)
    case hashes(index: Int, [MerkleHash])
    case end(End)

    private static let recordStart = Array("{\"index\":".utf8)
    private static let recordMiddle = Array(",\"record\":".utf8)

    static func record(index: Int, bytes: [UInt8]) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(bytes.count + 40)
        line += recordStart
        line += "\(index)".utf8
        line += recordMiddle
        line += bytes
        line += "}\n".utf8
        return line
    }

    /// - Throws: ``HoldfastError`` `audit_broken`.
    static func head(_ line: ArraySlice<UInt8>) throws -> Head {
        let value = try CanonicalJSON(parsing: line, requireCanonical: true)
        let reader = try JSONObjectReader(value)
        guard try reader.string("format") == format else { throw reader.broken("its format is not \(format)") }
        return Head(
            origin: try reader.string("origin"), first: Int(try reader.integer("first")), left: try hashes("left", reader),
            filter: try reader.optionalString("filter"),
            successions: value["successions"] == nil ? [] : try KeySuccession.decode(reader.stringArray("successions")))
    }

    /// - Throws: ``HoldfastError`` `audit_broken`.
    init(_ line: ArraySlice<UInt8>) throws {
        if let record = Self.record(line) {
            self = record
            return
        }
        let value = try CanonicalJSON(parsing: line, requireCanonical: true)
        let reader = try JSONObjectReader(value)
        if value["hashes"] != nil {
            guard let bytes = StrictBase64.decode(try reader.string("hashes").utf8) else { throw reader.broken("'hashes' is not base 64") }
            self = .hashes(index: Int(try reader.integer("index")), try MerkleHash.decodeList(bytes))
        } else if value["withheld"] != nil {
            let (first, count) = (try reader.integer("index"), try reader.integer("count"))
            guard first >= 0, count > 0 else { throw reader.broken("it withholds no record") }
            self = .withheld(Int(first)..<Int(first + count), try reader.enumeration("withheld"))
        } else {
            self = .end(
                End(
                    end: Int(try reader.integer("end")), right: try Self.hashes("right", reader),
                    checkpoint: try SignedNote(parsing: Array(try reader.string("checkpoint").utf8))))
        }
    }

    /// By its bytes alone, so that what is hashed is what was written.
    private static func record(_ line: ArraySlice<UInt8>) -> ExportLine? {
        guard line.starts(with: recordStart), line.last == UInt8(ascii: "}") else { return nil }
        let rest = line[(line.startIndex + recordStart.count)...]
        guard let comma = rest.firstIndex(of: UInt8(ascii: ",")), let index = StrictDecimal.decode(rest[..<comma]) else { return nil }
        guard rest[comma...].starts(with: recordMiddle) else { return nil }
        return .record(index: index, leaf: .leaf(rest[(comma + recordMiddle.count)...].dropLast()))
    }

    private static func hashes(_ key: String, _ reader: JSONObjectReader) throws -> [MerkleHash] {
        try reader.stringArray(key).map { text in
            guard let hash = StrictBase64.decode(text.utf8).flatMap({ MerkleHash(bytes: $0) }) else {
                throw reader.broken("'\(key)' holds something other than hashes")
            }
            return hash
        }
    }
}
