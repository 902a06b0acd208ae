import COpenSSL

/// Key material that is overwritten when its last owner goes.
///
/// `@unchecked Sendable`: the memory is written in `init`, before another thread can hold a reference, and in `deinit`, when none can any
/// more; between them it is only read.
final class SecretBytes: @unchecked Sendable {
    private let memory: UnsafeMutableRawBufferPointer

    init(copying bytes: some Collection<UInt8>) {
        memory = .allocate(byteCount: bytes.count, alignment: 1)
        memory.copyBytes(from: bytes)
    }

    deinit {
        OPENSSL_cleanse(memory.baseAddress, memory.count)
        memory.deallocate()
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }
}
