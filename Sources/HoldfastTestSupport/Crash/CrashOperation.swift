import CCrashVFS

/// One thing that happened to the disk.
public enum CrashOperation: Sendable {
    case create(String)
    case delete(String)
    case write(String, offset: Int, [UInt8])
    /// The file has this many bytes now.
    case resize(String, Int)
    case sync(String)
    /// What was to be written may never be, and counts as written: fsync tells of an error once.
    case failedSync(String)
    case folderSync
    /// Whatever had the other name is gone from it.
    case rename(String, to: String)

    init(_ raw: hf_crash_operation) {
        let name = String(cString: raw.name)
        switch raw.kind {
        case HF_CRASH_CREATE: self = .create(name)
        case HF_CRASH_DELETE: self = .delete(name)
        case HF_CRASH_WRITE:
            self = .write(name, offset: Int(raw.offset), Array(UnsafeBufferPointer(start: raw.bytes, count: Int(raw.count))))
        case HF_CRASH_TRUNCATE: self = .resize(name, Int(raw.offset))
        case HF_CRASH_SYNC: self = .sync(name)
        case HF_CRASH_SYNC_FAILED: self = .failedSync(name)
        case HF_CRASH_RENAME:
            let target = UnsafeBufferPointer(start: raw.bytes, count: Int(raw.count))
            self = .rename(name, to: String(decoding: target, as: UTF8.self))
        default: self = .folderSync
        }
    }

    public var isSync: Bool {
        switch self {
        case .sync, .folderSync: true
        default: false
        }
    }
}
