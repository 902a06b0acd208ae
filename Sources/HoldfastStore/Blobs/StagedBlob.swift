import Glibc
public import HoldfastCore
import HoldfastCrypto
import Synchronization

/// A file on its way into the blob store: bytes are appended, hashed beside the writing, and published under their digest.
///
/// One task at a time. Dropped before ``publish()``, it removes its file.
public final class StagedBlob: Sendable {
    private enum Phase {
        case receiving
        case finished(SHA256Digest)
        case published(SHA256Digest)
        case discarded
    }

    private struct State {
        var phase = Phase.receiving
        var buffer: [UInt8] = []
        var received: Int64 = 0
        /// Bytes taken from the quota.
        var taken: Int64
    }

    private static let bufferSize = 1 << 20
    private let store: BlobStore
    private let expectedSize: Int64?
    private let file: OpenFile
    private let pipeline: StagingPipeline
    private let state: Mutex<State>

    init(store: BlobStore, expectedSize: Int64?) throws {
        self.store = store
        self.expectedSize = expectedSize
        let name = Hex.encode(try SecureRandom.bytes(16))
        try store.space.take(expectedSize ?? 0)
        state = Mutex(State(taken: expectedSize ?? 0))
        do {
            file = try OpenFile("\(store.directory.staging)/\(name).part", O_RDWR | O_CREAT | O_EXCL, action: "stage a model")
            pipeline = StagingPipeline(file)
            // The space is taken on the disk too, so that an upload that cannot fit fails at its start.
            if let expectedSize, expectedSize > 0 {
                let code = posix_fallocate(file.descriptor, 0, off_t(expectedSize))
                if code == ENOSPC || code == EDQUOT { throw SystemError.error("stage a model", file.path, code: code) }
            }
        } catch {
            store.space.giveBack(expectedSize ?? 0)
            unlink("\(store.directory.staging)/\(name).part")
            throw error
        }
    }

    deinit {
        // A published blob keeps its pin: its model may be on its way to the registry still.
        removeStagedFile()
    }

    /// Bytes so far.
    public var received: Int64 { state.withLock { $0.received } }

    /// Takes a copy of the bytes and returns at once. Call ``waitForRoom()`` between chunks, or memory grows with a slow disk.
    /// - Throws: ``HoldfastError`` `upload_incomplete` for more than was announced, `quota_exceeded`, `disk_full`, `file_unreadable`.
    public func append(_ bytes: UnsafeRawBufferPointer) throws {
        try pipeline.check()
        try state.withLock { state in
            guard case .receiving = state.phase else { throw HoldfastError(.internalError, "This upload has ended.") }
            let total = state.received + Int64(bytes.count)
            if let expectedSize, total > expectedSize {
                throw HoldfastError(.uploadIncomplete, "More than the \(expectedSize) bytes that were announced arrived.")
            }
            if total > state.taken {
                try store.space.take(total - state.taken)
                state.taken = total
            }
            state.received = total
            var rest = bytes
            while !rest.isEmpty {
                if state.buffer.capacity < Self.bufferSize { state.buffer.reserveCapacity(Self.bufferSize) }
                let part = min(rest.count, Self.bufferSize - state.buffer.count)
                state.buffer.append(contentsOf: rest.prefix(part))
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(part))
                if state.buffer.count == Self.bufferSize {
                    pipeline.submit(state.buffer)
                    state.buffer = []
                }
            }
        }
    }

    /// Appends and waits for room.
    public func append(_ bytes: [UInt8]) async throws {
        try bytes.withUnsafeBytes { try append($0) }
        try await waitForRoom()
    }

    /// Suspends while more than four MiB wait for the disk or the hash.
    public func waitForRoom() async throws {
        await pipeline.waitForRoom()
        try pipeline.check()
    }

    /// Writes what is left, makes the file read-only and durable, and tells its digest.
    /// - Throws: ``HoldfastError`` `upload_incomplete` when the size is not the expected one; `disk_full`, `file_unreadable`.
    public func finish(expectedSize: Int64? = nil) async throws -> SHA256Digest {
        let received = try state.withLock { state in
            guard case .receiving = state.phase else { throw HoldfastError(.internalError, "This upload has ended.") }
            if !state.buffer.isEmpty { pipeline.submit(state.buffer) }
            state.buffer = []
            return state.received
        }
        if let expected = expectedSize ?? self.expectedSize, expected != received {
            throw HoldfastError(
                .uploadIncomplete, "\(received) bytes of \(expected) arrived.", hint: "run the same holdfast model add again")
        }
        let digest = try await pipeline.finish()
        state.withLock { $0.phase = .finished(digest) }
        return digest
    }

    /// The whole file, for looking into it before it is published. After ``finish(expectedSize:)``.
    public func contents() throws -> RandomAccessFile { try RandomAccessFile(file) }

    /// Puts the file in its place, in which it replaces a corrupt one, and pins it there until `addModel` of its digest commits or
    /// ``discard()`` is called. Durable on return.
    public func publish() throws -> BlobFingerprint {
        let (digest, taken) = try state.withLock { state in
            guard case .finished(let digest) = state.phase else { throw HoldfastError(.internalError, "This upload has not ended.") }
            return (digest, state.taken)
        }
        store.space.pin(digest)
        do {
            let target = store.path(of: digest)
            guard rename(file.path, target) == 0 else { throw SystemError.error("publish a model", target) }
            state.withLock { $0.phase = .published(digest) }
            try Folder.synchronize(store.directory.blobs)
            let fingerprint = BlobFingerprint(try file.status())
            try store.space.published(digest, size: fingerprint.size)
            store.space.giveBack(taken)
            state.withLock { $0.taken = 0 }
            return fingerprint
        } catch {
            store.space.unpin(digest)
            removeStagedFile()
            throw error
        }
    }

    /// Removes the file, or once published gives up its pin, so that the next collection takes it unless a model names it.
    public func discard() {
        removeStagedFile()
        let digest = state.withLock { state -> SHA256Digest? in
            guard case .published(let digest) = state.phase else { return nil }
            state.phase = .discarded
            return digest
        }
        if let digest { store.space.unpin(digest) }
    }

    private func removeStagedFile() {
        state.withLock { state in
            store.space.giveBack(state.taken)
            state.taken = 0
            switch state.phase {
            case .receiving, .finished:
                unlink(file.path)
                state.phase = .discarded
            case .published, .discarded: break
            }
        }
    }
}
