/// Reads and checks the header of a GGUF file, versions 2 and 3, little-endian.
///
/// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. The file is hostile until it has passed: every count, length, offset and
/// product is held against the file's real size with arithmetic that reports overflow, before memory is taken for it. This runs before any
/// engine sees the file (CVE-2025-53630, CVE-2026-27940 and CVE-2026-7482 were all missing checks of this kind).
public enum GGUFReader {
    /// - Throws: ``HoldfastError`` `model_invalid`, its message naming the field and its byte offset; and what `source` throws, unchanged.
    public static func read(_ source: some RandomAccessBytes, limits: GGUFLimits = .default) throws -> GGUFHeader {
        var parser = GGUFParser(cursor: GGUFCursor(source, limits: limits), limits: limits)
        let version = try parser.version()
        // The smallest tensor description is a name of one byte, no dimension, type and offset; the smallest pair a key of one byte and a byte.
        let tensorCount = try parser.count("tensor_count", limit: limits.tensors, leastBytes: 25)
        let keyCount = try parser.count("metadata_kv_count", limit: limits.metadataKeys, leastBytes: 14)
        let metadata = try parser.metadata(count: keyCount)
        try GGUFKnownKeys.check(metadata)
        let alignment = try GGUFKnownKeys.alignment(metadata, limits: limits)
        let placed = try parser.tensors(count: tensorCount, alignment: alignment)
        let dataOffset = try GGUFLayout.check(placed, headerEnd: parser.cursor.position, alignment: alignment, fileSize: source.size)
        return GGUFHeader(
            version: version, fileSize: source.size, alignment: alignment, dataOffset: dataOffset, metadata: metadata,
            tensors: placed.map(\.tensor))
    }
}

/// The state of one reading; its parts are in `GGUFParser+….swift`.
struct GGUFParser {
    var cursor: GGUFCursor
    let limits: GGUFLimits

    mutating func version() throws -> UInt32 {
        let magic = try cursor.bytes(4, "magic")
        guard magic == Array("GGUF".utf8) else {
            throw GGUFRefusal.error("magic", at: 0, "is \(Hex.encode(magic)), not 'GGUF': this is another kind of file")
        }
        let version: UInt32 = try cursor.integer("version")
        switch version {
        case 2, 3: return version
        case 1: throw GGUFRefusal.error("version", at: 4, "is 1, which llama.cpp no longer reads: convert the model anew")
        // The version is a small number; seen the wrong way round it has its digits at the top.
        case _ where version & 0xFFFF == 0 && version != 0:
            throw GGUFRefusal.error("version", at: 4, "is written big-endian: only little-endian GGUF files can be run here")
        default: throw GGUFRefusal.error("version", at: 4, "is \(version), and only 2 and 3 are known")
        }
    }

    /// A count of things that each take at least `leastBytes`, so that a count the file cannot hold is refused before the first is read.
    mutating func count(_ field: @autoclosure () -> String, limit: UInt64, leastBytes: UInt64) throws -> UInt64 {
        let start = cursor.position
        let count: UInt64 = try cursor.integer(field())
        guard count <= limit else { throw GGUFRefusal.error(field(), at: start, "is \(count), above the limit of \(limit)") }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: leastBytes)
        guard !overflow else { throw GGUFRefusal.error(field(), at: start, "is \(count), more than any file can hold") }
        try cursor.require(bytes, for: "\(field()) (\(count))", at: start)
        return count
    }

    /// The bytes of a string: its length, then as many bytes.
    mutating func stringBytes(limit: UInt64, _ field: @autoclosure () -> String) throws -> [UInt8] {
        let length = try count("length of \(field())", limit: limit, leastBytes: 1)
        return try cursor.bytes(length, field())
    }

    mutating func string(limit: UInt64, _ field: @autoclosure () -> String) throws -> String {
        let start = cursor.position
        let bytes = try stringBytes(limit: limit, field())
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw GGUFRefusal.error(field(), at: start, "is not UTF-8")
        }
        return text
    }
}
