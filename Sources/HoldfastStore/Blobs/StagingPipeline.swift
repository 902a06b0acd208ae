import Dispatch
import Glibc
import HoldfastCore
import HoldfastCrypto
import Synchronization

/// Writes and hashes buffers on two queues at the same time, each in order.
final class StagingPipeline: Sendable {
    private struct State {
        /// Steps not yet done; each buffer is two.
        var steps = 0
        var failure: HoldfastError?
        var waiters: [CheckedContinuation<Void, Never>] = []
        /// Bytes written since the last flush began.
        var unflushed = 0
        var isFlushing = false
    }

    /// Four buffers.
    private static let room = 8
    private static let flushEvery = 32 << 20
    private let file: OpenFile
    private let writing = DispatchQueue(label: "holdfast.staging.write")
    private let hashing = DispatchQueue(label: "holdfast.staging.hash")
    private let flushing = DispatchQueue(label: "holdfast.staging.flush")
    private let state = Mutex(State())
    private let hasher = Mutex(SHA256Hasher())

    init(_ file: OpenFile) {
        self.file = file
    }

    /// - Throws: the first failure of the writing.
    func check() throws {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    func submit(_ buffer: [UInt8]) {
        state.withLock { $0.steps += 2 }
        hashing.async { [self] in
            hasher.withLock { $0.update(buffer) }
            stepDone()
        }
        writing.async { [self] in
            do {
                try check()
                try buffer.withUnsafeBytes { try file.writeAll($0) }
                startWriteback(buffer.count)
            } catch { fail(error) }
            stepDone()
        }
    }

    func waitForRoom() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.steps <= Self.room { return true }
                state.waiters.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    /// Waits for all steps, then makes the file read-only and durable.
    func finish() async throws -> SHA256Digest {
        await withCheckedContinuation { continuation in hashing.async { continuation.resume() } }
        await withCheckedContinuation { continuation in
            writing.async { [self] in
                do {
                    try check()
                    guard fchmod(file.descriptor, 0o444) == 0 else { throw SystemError.error("set a blob's mode", file.path) }
                    try file.synchronize()
                } catch { fail(error) }
                continuation.resume()
            }
        }
        try check()
        guard let digest = SHA256Digest(bytes: hasher.withLock { $0.finalize() }) else {
            throw HoldfastError(.internalError, "SHA-256 gave no digest.")
        }
        return digest
    }

    /// Sends what is written on its way to the disk, beside the next writes, so that the fsync at the end has little left to do.
    /// The kernel tells an error once only, so it is kept.
    private func startWriteback(_ count: Int) {
        let isDue = state.withLock { state in
            state.unflushed += count
            guard state.unflushed >= Self.flushEvery, !state.isFlushing else { return false }
            state.unflushed = 0
            state.isFlushing = true
            return true
        }
        guard isDue else { return }
        flushing.async { [self] in
            if fdatasync(file.descriptor) != 0 { fail(SystemError.error("bring a model to the disk", file.path)) }
            state.withLock { $0.isFlushing = false }
        }
    }

    private func fail(_ error: any Error) {
        state.withLock { state in
            if state.failure == nil { state.failure = error as? HoldfastError ?? HoldfastError(.fileUnreadable, "\(error)", cause: error) }
        }
    }

    private func stepDone() {
        let ready = state.withLock { state in
            state.steps -= 1
            guard state.steps <= Self.room else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in ready { waiter.resume() }
    }
}
