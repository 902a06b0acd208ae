import NIOCore

/// A model file in pieces of 1 MiB, for a request's body.
struct FileChunks: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = any Error

    private static let size = 1 << 20
    private let file: ModelFile
    private let progress: @Sendable (Int64) -> Void

    /// - Parameter progress: told, before each piece, how many bytes were taken so far.
    init(_ file: ModelFile, progress: @escaping @Sendable (Int64) -> Void) {
        self.file = file
        self.progress = progress
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(chunks: self) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let chunks: FileChunks
        var offset: Int64 = 0

        mutating func next() async throws -> ByteBuffer? {
            chunks.progress(offset)
            guard offset < chunks.file.size else { return nil }
            let buffer = try chunks.file.read(at: offset, count: FileChunks.size)
            offset += Int64(buffer.readableBytes)
            return buffer
        }
    }
}
