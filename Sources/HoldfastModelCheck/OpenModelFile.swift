import Glibc
import HoldfastCore

/// An open descriptor as bytes. The size is taken once; a file that becomes shorter is found by reads that come back short.
struct OpenModelFile: RandomAccessBytes {
    let size: UInt64
    private let descriptor: Int32

    init(_ descriptor: Int32) throws {
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= 0 else { throw HoldfastError(.modelInvalid, "The file's size is not known: \(String(cString: strerror(errno))).") }
        size = UInt64(end)
        self.descriptor = descriptor
    }

    func read(at offset: UInt64, count: Int) throws -> [UInt8] {
        guard count > 0, offset < size else { return [] }
        let count = Int(min(UInt64(count), size - offset))
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, Int(offset) + filled)
                if got < 0, errno == EINTR { continue }
                guard got >= 0 else {
                    throw HoldfastError(.modelInvalid, "The file cannot be read: \(String(cString: strerror(errno))).")
                }
                guard got > 0 else { return }
                filled += got
            }
        }
    }
}
