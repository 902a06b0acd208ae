import Synchronization

/// Bytes that arrive on another thread.
final class ReceivedBody: Sendable {
    private let mutex = Mutex<[UInt8]>([])

    var bytes: [UInt8] { mutex.withLock { $0 } }

    func append(_ more: UnsafeRawBufferPointer) { mutex.withLock { $0 += more } }
}
