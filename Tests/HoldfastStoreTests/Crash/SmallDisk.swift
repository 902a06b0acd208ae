import Foundation
import Glibc
import HoldfastTestSupport

/// A tmpfs of eight MiB that goes with the test.
final class SmallDisk: Sendable {
    /// Root in a container may not mount.
    static var isPossible: Bool { geteuid() == 0 && (try? SmallDisk()) != nil }

    let path: String

    init() throws {
        path = try TemporaryFolder.make()
        let mounted = try TestProcess.finish("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", path])
        guard mounted.status == 0 else { throw TestFailure("mount: \(mounted.errors)") }
    }

    /// Takes all that is free.
    func fill() throws {
        let file = open(path + "/filler", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(file) }
        let block = [UInt8](repeating: 1, count: 4096)
        while write(file, block, block.count) > 0 {}
        guard errno == ENOSPC else { throw TestFailure("fill the disk: errno \(errno)") }
    }

    func empty() throws {
        guard unlink(path + "/filler") == 0 else { throw TestFailure("unlink: errno \(errno)") }
    }

    func grow(to size: String) throws {
        let mounted = try TestProcess.finish("/usr/bin/mount", ["-o", "remount,size=\(size)", path])
        guard mounted.status == 0 else { throw TestFailure("remount: \(mounted.errors)") }
    }

    deinit {
        _ = try? TestProcess.finish("/usr/bin/umount", ["-l", path])
        rmdir(path)
    }
}
