import CHoldfastSystem
import Glibc
import HoldfastCore
import NIOCore
import Synchronization

/// A tar archive to be read from its beginning, plain or through the program that unpacks it: gzip, zstd or xz, run by us and never by the node.
final class ArchiveFile: Sendable {
    private static let programs: [(magic: [UInt8], name: String)] = [
        ([0x1f, 0x8b], "gzip"), ([0x28, 0xb5, 0x2f, 0xfd], "zstd"), ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "xz"),
    ]

    let path: String
    /// Bytes of the file as it is.
    let size: Int64
    private let file: Int32
    private let source: Int32
    private let child: Mutex<(pid: pid_t, name: String)?>

    /// - Throws: ``HoldfastError`` `file_unreadable`.
    init(path: String) throws {
        self.path = path
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw HoldfastError(.fileUnreadable, "Cannot open \(path): \(SystemError.reason(errno)).", hint: "ls -l \(path)")
        }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw HoldfastError(.fileUnreadable, "\(path) is not a regular file.", hint: "tar -C FOLDER -cf engine.tar . packs a folder")
        }
        var start = [UInt8](repeating: 0, count: 8)
        _ = start.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
        size = Int64(status.st_size)
        self.file = file
        if let program = Self.programs.first(where: { start.starts(with: $0.magic) }) {
            do {
                let (pid, source) = try Self.spawn(program.name, reading: file)
                self.source = source
                child = Mutex((pid, program.name))
            } catch {
                close(file)
                throw error
            }
        } else {
            source = file
            child = Mutex(nil)
        }
    }

    deinit {
        if source != file { close(source) }
        close(file)
        try? finish()
    }

    /// Bytes of the file that were read so far.
    var position: Int64 { Int64(lseek(file, 0, SEEK_CUR)) }

    /// - Returns: at most `count` bytes; none at the end.
    func read(_ count: Int) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { memory in
            while true {
                let got = Glibc.read(source, memory.baseAddress, count)
                if got >= 0 { return got }
                if errno != EINTR { throw HoldfastError(.fileUnreadable, "Cannot read \(path): \(SystemError.reason(errno)).") }
            }
        }
        return buffer
    }

    /// Waits for the program that unpacked.
    /// - Throws: ``HoldfastError`` `file_unreadable` when it failed.
    func finish() throws {
        guard let child = child.withLock({ $0.take() }) else { return }
        var status: Int32 = 0
        while waitpid(child.pid, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else {
            throw HoldfastError(.fileUnreadable, "\(child.name) could not unpack \(path).", hint: "\(child.name) -t \(path)")
        }
    }

    private static func spawn(_ program: String, reading file: Int32) throws -> (pid_t, Int32) {
        var ends: [Int32] = [0, 0]
        guard hf_pipe(&ends) == 0 else { throw SystemError.current("make a pipe") }
        // Here the reader waits.
        _ = fcntl(ends[0], F_SETFL, 0)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, file, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        var pid = pid_t()
        var words: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup("-dc"), nil]
        defer { for word in words { free(word) } }
        let code = posix_spawnp(&pid, program, &actions, nil, &words, environ)
        close(ends[1])
        guard code == 0 else {
            close(ends[0])
            throw HoldfastError(
                .fileUnreadable, "It is compressed, and \(program) cannot be run here: \(SystemError.reason(code)).",
                hint: "apt install \(program == "xz" ? "xz-utils" : program); or unpack it first")
        }
        return (pid, ends[0])
    }
}

/// An archive in pieces, for a request's body.
struct ArchiveChunks: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = any Error

    private static let size = 256 << 10
    private let file: ArchiveFile
    private let progress: @Sendable (Int64) -> Void

    init(_ file: ArchiveFile, progress: @escaping @Sendable (Int64) -> Void) {
        self.file = file
        self.progress = progress
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(chunks: self) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let chunks: ArchiveChunks

        mutating func next() async throws -> ByteBuffer? {
            chunks.progress(chunks.file.position)
            let buffer = try chunks.file.read(ArchiveChunks.size)
            return buffer.readableBytes == 0 ? nil : buffer
        }
    }
}
