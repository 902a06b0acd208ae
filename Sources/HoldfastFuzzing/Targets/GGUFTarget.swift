import HoldfastCore
import Synchronization

extension FuzzTarget {
    /// Headers of model files: no more is read than there is, no more is taken than was read, and whatever a header claims, it describes a
    /// file of this size.
    static let gguf = FuzzTarget("gguf", seeds: FuzzSeeds.models) { input in
        let file = CountingFile(bytes: input)
        let header = try accepted([.modelInvalid]) { try GGUFReader.read(file) }
        // Each byte comes in a window once; what lies over a window's end comes a second time.
        try require(file.read.withLock { $0 } <= 2 * input.count + 64, "\(file.read.withLock { $0 }) bytes read of \(input.count)")
        guard let header else { return }
        try require(header.fileSize == UInt64(input.count), "a file of another size")
        // Without tensors there is no data, and nothing to be padded to.
        try require(header.tensors.isEmpty || header.dataOffset <= header.fileSize, "the data begins behind the end")
        try require(header.tensors.count <= input.count / 25, "\(header.tensors.count) tensors in \(input.count) bytes")
        try require(header.metadata.count <= input.count / 14, "\(header.metadata.count) keys in \(input.count) bytes")
        _ = try accepted([.modelInvalid]) { try ModelDescription(header: header) }
    }

    private final class CountingFile: RandomAccessBytes {
        let bytes: [UInt8]
        let read = Mutex(0)
        var size: UInt64 { UInt64(bytes.count) }

        init(bytes: [UInt8]) { self.bytes = bytes }

        func read(at offset: UInt64, count: Int) throws -> [UInt8] {
            guard offset <= size, count >= 0, count <= bytes.count else {
                throw BrokenPromise(description: "asked for \(count) bytes at \(offset) of \(bytes.count)")
            }
            read.withLock { $0 += count }
            return Array(bytes[Int(offset)...].prefix(count))
        }
    }
}
