import CHoldfastSystem
import FoundationEssentials
import Glibc
import HoldfastHTTP

/// A file as the checks see it.
struct FileFacts: Equatable, Sendable {
    enum Kind: Sendable {
        case file
        case folder
        case socket
        case other
    }

    var kind: Kind
    /// Permission bits.
    var mode: UInt32
    var uid: UInt32
}

extension MachineView {
    /// The units of the package.
    var isInstalled: Bool {
        ["/usr/lib/systemd/system", "/lib/systemd/system", "/etc/systemd/system"].contains { file($0 + "/holdfastd.service") != nil }
    }

    static func facts(_ path: String) -> FileFacts? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        let kind: FileFacts.Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFSOCK: .socket
            // An engine may be named by a link.
            case S_IFLNK: stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? .file : .other
            default: .other
            }
        return FileFacts(kind: kind, mode: UInt32(status.st_mode & 0o7777), uid: status.st_uid)
    }

    static func room(_ path: String) -> (bytes: Int64, files: Int64)? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        let bytes = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue
        // Some file systems do not count files.
        return (Int64(clamping: bytes), status.f_files == 0 ? .max : Int64(clamping: UInt64(status.f_favail)))
    }

    static func names(_ path: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }

    /// - Returns: standard output; nil when it cannot be run or fails.
    static func systemctl(_ words: [String]) -> String? {
        var ends: [Int32] = [-1, -1]
        guard hf_pipe(&ends) == 0 else { return nil }
        defer { close(ends[0]) }
        _ = fcntl(ends[0], F_SETFL, 0)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        var argv: [UnsafeMutablePointer<CChar>?] = (["systemctl", "--no-pager"] + words).map { strdup($0) } + [nil]
        defer { for word in argv { free(word) } }
        var pid = pid_t()
        let started = posix_spawnp(&pid, "systemctl", &actions, nil, &argv, environ)
        close(ends[1])
        guard started == 0 else { return nil }
        var (bytes, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 4096))
        while true {
            let count = buffer.withUnsafeMutableBytes { read(ends[0], $0.baseAddress, $0.count) }
            if count <= 0 { break }
            bytes += buffer.prefix(count)
        }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status == 0 ? String(decoding: bytes, as: UTF8.self) : nil
    }
}
