import Glibc

/// A valid GGUF 3 file with one large tensor of noise. No engine can run it; a registry takes it.
enum SyntheticGGUF {
    /// Bytes of the file.
    static let size = header.count + elements

    private static let elements = 512 << 20
    private static let alignment = 32

    /// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
    private static let header: [UInt8] = {
        var bytes = Array("GGUF".utf8)
        func put<Number: FixedWidthInteger>(_ number: Number) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
        func put(_ text: String) {
            put(UInt64(text.utf8.count))
            bytes += text.utf8
        }
        put(UInt32(3))
        put(UInt64(1))
        put(UInt64(2))
        for (key, value) in [("general.architecture", "llama"), ("general.name", "noise")] {
            put(key)
            put(UInt32(8))
            put(value)
        }
        put("noise.weight")
        put(UInt32(1))
        put(UInt64(elements))
        // I8: one byte for each element.
        put(UInt32(24))
        put(UInt64(0))
        bytes += [UInt8](repeating: 0, count: (alignment - bytes.count % alignment) % alignment)
        return bytes
    }()

    static func write(to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw BenchError.system("make \(path)") }
        defer { close(file) }
        var noise = Noise(seed: 2)
        try put(header, in: file)
        for _ in 0..<elements >> 20 { try put(noise.bytes(1 << 20), in: file) }
        guard fsync(file) == 0 else { throw BenchError.system("write \(path)") }
    }

    /// Changes the tensor's first bytes.
    static func change(_ path: String, round: Int) throws {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { throw BenchError.system("open \(path)") }
        defer { close(file) }
        let bytes = Array("round \(round)".utf8)
        guard pwrite(file, bytes, bytes.count, off_t(header.count)) == bytes.count, fsync(file) == 0 else {
            throw BenchError.system("change \(path)")
        }
    }

    private static func put(_ bytes: [UInt8], in file: Int32) throws {
        guard Glibc.write(file, bytes, bytes.count) == bytes.count else { throw BenchError.system("write a model") }
    }
}
