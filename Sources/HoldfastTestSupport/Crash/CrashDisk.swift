import CCrashVFS
import Glibc

/// Watches what SQLite and the store ask of the disk for the files of one folder, and refuses what it is told to refuse.
///
/// Every database opened in this folder from now on is watched, whoever opens it: the VFS is SQLite's default one.
public final class CrashDisk: @unchecked Sendable {
    // Sendable: the pointer never changes, and all that is behind it is behind the recorder's own lock.
    private let recorder: OpaquePointer

    /// - Parameter folder: one that exists.
    public init(watching folder: String) throws {
        guard hf_crash_register() == 0, let path = realpath(folder, nil) else { throw TestFailure("cannot watch \(folder)") }
        defer { free(path) }
        guard let recorder = hf_crash_watch(path) else { throw TestFailure("no memory to watch \(folder)") }
        self.recorder = recorder
    }

    deinit { hf_crash_release(recorder) }

    /// Operations so far. What was acknowledged by now must survive every crash at this place or after it.
    public var position: Int { hf_crash_position(recorder) }

    /// - Parameter index: below ``position``.
    public func operation(_ index: Int) -> CrashOperation { CrashOperation(hf_crash_at(recorder, index)) }

    /// Refuses the requests described, once those before them have passed. Replaces what was armed before.
    public func arm(_ fault: DiskFault) {
        var raw = hf_crash_fault()
        raw.kind = fault.request.kind
        withUnsafeMutableBytes(of: &raw.suffix) { $0.copyBytes(from: fault.suffix.utf8.prefix(15)) }
        raw.after = Int64(fault.after)
        raw.times = Int64(fault.times)
        raw.result = fault.result
        raw.half = fault.leavesHalf
        hf_crash_arm(recorder, raw)
    }

    /// Requests the armed fault has refused.
    public var refusals: Int { Int(hf_crash_refusals(recorder)) }

    /// While dead, no request changes anything: whoever closes the database meanwhile was killed, as far as the disk can tell.
    public func setDead(_ isDead: Bool) { hf_crash_set_dead(recorder, isDead) }

    /// Tells that the store may write the file again in place before it opens it with SQLite, to make certain what a failed sync left open.
    /// Writing is noticed by the file's time of change; that it is synced too is believed.
    public func expectRewrite(of name: String) { hf_crash_expect_rewrite(recorder, name) }

    /// A lying disk answers syncs and does not do them.
    public func setLying(_ isLying: Bool) { hf_crash_set_lying(recorder, isLying) }
}

/// Requests to a disk that are to fail.
public struct DiskFault: Sendable {
    public enum Request: Sendable, CaseIterable {
        case write, truncate, sync, delete, rename

        var kind: hf_crash_kind {
            switch self {
            case .write: HF_CRASH_WRITE
            case .truncate: HF_CRASH_TRUNCATE
            case .sync: HF_CRASH_SYNC
            case .delete: HF_CRASH_DELETE
            case .rename: HF_CRASH_RENAME
            }
        }
    }

    public var request: Request
    /// How the file's name ends; empty for all files, and for the folder.
    public var suffix: String
    /// Requests that still succeed.
    public var after: Int
    /// How many fail then.
    public var times: Int
    /// SQLite's extended result code.
    public var result: Int32
    /// Whether a failing write leaves the first half of its bytes.
    public var leavesHalf: Bool

    public init(_ request: Request, of suffix: String, after: Int, times: Int = 1, result: Int32, leavesHalf: Bool = false) {
        self.request = request
        self.suffix = suffix
        self.after = after
        self.times = times
        self.result = result
        self.leavesHalf = leavesHalf
    }
}
