import Dispatch
import HoldfastCore
import Synchronization

/// STATE/checkpoint: the newest signed note, for whoever copies it elsewhere. Replaced beside the writer, after the commit that made it.
final class CheckpointFile: Sendable {
    private let path: String
    private let queue = DispatchQueue(label: "holdfast.checkpoint")
    private let pending = Mutex<String?>(nil)

    init(_ path: String) {
        self.path = path
    }

    /// The checkpoint the file holds; nil when there is none, or none that this node signed.
    static func kept(at path: String, chain: KeyChain, origin: String) -> Checkpoint? {
        guard let bytes = try? SmallFile.read(path), let note = try? SignedNote(parsing: bytes) else { return nil }
        return try? chain.checkpoint(verifying: note, origin: origin)
    }

    func replace(with note: String) {
        let starts = pending.withLock { pending in
            defer { pending = note }
            return pending == nil
        }
        guard starts else { return }
        queue.async { [self] in
            guard let note = pending.withLock({ $0.take() }) else { return }
            // The database holds the note too; the next checkpoint tries again.
            try? SmallFile.replace(path, with: Array(note.utf8), mode: 0o644)
        }
    }

    /// Returns when all that was handed over is on the disk.
    func settle() async {
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    }
}
