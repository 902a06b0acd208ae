import Foundation
import Glibc
import Synchronization

/// Folders with short paths (a socket's has 107 bytes at most) that other uids can reach.
public enum TemporaryFolder {
    public static func make() throws -> String {
        var template = Array("/tmp/hf.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestFailure("mkdtemp: \(String(cString: strerror(errno)))") }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        chmod(path, 0o755)
        return path
    }
}

/// A value behind a lock.
public final class Mutexed<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>
    public init(_ value: Value) { mutex = Mutex(value) }
    public func with<Result: Sendable>(_ body: (inout Value) -> Result) -> Result { mutex.withLock { body(&$0) } }
}
