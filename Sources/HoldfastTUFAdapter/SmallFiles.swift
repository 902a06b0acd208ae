import FoundationEssentials
import Glibc
import HoldfastCore

/// Files that are read and written whole.
enum SmallFiles {
    static func read(_ path: String) throws -> [UInt8] {
        guard let bytes = try readIfThere(path) else {
            throw HoldfastError(.fileUnreadable, "\(path) cannot be read: \(String(cString: strerror(ENOENT))).")
        }
        return bytes
    }

    static func readIfThere(_ path: String) throws -> [UInt8]? {
        guard access(path, F_OK) == 0 else { return nil }
        do {
            return Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw HoldfastError(.fileUnreadable, "\(path) cannot be read.", cause: error)
        }
    }

    /// The old file or the new one stands under the name, also after a power cut.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let file = try PartialFile(besides: path)
        defer { file.abandon() }
        try bytes.withUnsafeBytes { try file.append($0) }
        try file.publish()
    }

    static func failure(_ path: String) -> HoldfastError {
        HoldfastError(.fileUnreadable, "\(path): \(String(cString: strerror(errno))).")
    }
}

/// A file on its way: under a hidden name until it is whole, and gone when it never is.
///
/// `@unchecked Sendable`: the one descriptor, which the kernel guards, and a path that never changes.
final class PartialFile: @unchecked Sendable {
    private let path: String
    private let partial: String
    private let descriptor: Int32

    init(besides path: String) throws {
        self.path = path
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        var template = Array((parts.dropLast() + [".part.XXXXXX"]).joined(separator: "/").utf8CString)
        descriptor = mkstemp(&template)
        partial = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard descriptor >= 0 else { throw SmallFiles.failure(path) }
        fchmod(descriptor, 0o644)
    }

    deinit { close(descriptor) }

    /// Nothing stays of a file that was not published. Said and not left to `deinit`: the program may end before the last thread lets go.
    func abandon() { unlink(partial) }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            guard count > 0 else { throw SmallFiles.failure(path) }
            rest = rest.dropFirst(count)
        }
    }

    func publish() throws {
        guard fsync(descriptor) == 0, rename(partial, path) == 0 else { throw SmallFiles.failure(path) }
        let folder = open(
            path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/.", O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }
}
