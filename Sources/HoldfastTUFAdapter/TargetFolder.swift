import Glibc
import HoldfastCore
import Synchronization

/// Downloaded targets, each under its path, percent-encoded: one step, wherever the path would lead.
struct TargetFolder {
    let path: String

    private func file(_ target: TUFTarget) throws -> String {
        let name = PercentEncoding.encode(target.path)
        guard name.utf8.count <= 255 else {
            throw HoldfastError(.nameInvalid, "'\(target.path.prefix(80))…' is too long for the name of a file.")
        }
        return "\(path)/\(name)"
    }

    /// Whether the target is there, with its length and hashes.
    func has(_ target: TUFTarget) throws -> Bool {
        let descriptor = open(try file(target), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var check = try TUFFileCheck(target)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        do {
            while case let count = read(descriptor, &buffer, buffer.count), count > 0 { try check.update(buffer[..<count]) }
            try check.finish()
            return true
        } catch {
            return false
        }
    }

    /// Downloads it; nothing stands under its name before all of it was verified.
    func store(_ target: TUFTarget, from web: WebRepository, consistent: Bool) async throws {
        let partial = try PartialFile(besides: file(target))
        defer { partial.abandon() }
        let check = CheckedBytes(try TUFFileCheck(target))
        try await web.fetch(target, consistent: consistent) {
            try check.update($0)
            try partial.append($0)
        }
        try check.finish()
        try partial.publish()
    }
}

/// A check that goes on on another thread.
private final class CheckedBytes: Sendable {
    private let mutex: Mutex<TUFFileCheck>

    init(_ check: TUFFileCheck) { mutex = Mutex(check) }

    func update(_ bytes: UnsafeRawBufferPointer) throws { try mutex.withLock { try $0.update(bytes) } }
    func finish() throws { try mutex.withLock { try $0.finish() } }
}
