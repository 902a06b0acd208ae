import Glibc
public import HoldfastCore

/// A blob opened for reading anywhere in it. It stays readable when its name is removed.
public struct RandomAccessFile: RandomAccessBytes {
    private let file: OpenFile
    public let size: UInt64
    /// The file's as it was opened.
    public let fingerprint: BlobFingerprint
    /// Where the file is; for an engine that opens it by path.
    public var path: String { file.path }

    init(_ file: OpenFile) throws {
        let status = try file.status()
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw HoldfastError(.fileUnreadable, "\(file.path) is not a regular file.")
        }
        self.file = file
        self.size = UInt64(status.st_size)
        self.fingerprint = BlobFingerprint(status)
    }

    /// - Throws: ``HoldfastError`` `file_unreadable`.
    public func read(at offset: UInt64, count: Int) throws -> [UInt8] {
        guard count > 0, offset < size else { return [] }
        let count = Int(min(UInt64(count), size - offset))
        var bytes = [UInt8](repeating: 0, count: count)
        let got = try bytes.withUnsafeMutableBytes { try file.read(at: Int64(offset), into: $0) }
        return got == count ? bytes : Array(bytes.prefix(got))
    }

    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try file.read(at: offset, into: buffer)
    }

    /// Tells the kernel that the file is about to be read from its beginning to its end.
    func expectSequentialReading() {
        posix_fadvise(file.descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    }
}
