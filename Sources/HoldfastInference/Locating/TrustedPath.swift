import CDispatch
import Glibc
import HoldfastCore

/// Whether a file may be run by us: nobody but root and we can have written it, or can put another in its place.
enum TrustedPath {
    /// - Returns: the path with symbolic links resolved.
    /// - Throws: ``HoldfastError`` `engine_missing`, `engine_untrusted` with the path at fault.
    static func executable(_ path: String) throws -> String {
        guard let resolved = realpath(path, nil) else {
            let code = errno
            if code == ENOENT {
                throw HoldfastError(
                    .engineMissing, "The engine '\(path)' does not exist.", hint: "scripts/setup installs one, or correct engine.path")
            }
            throw untrusted(path, "it cannot be reached: \(String(cString: strerror(code)))")
        }
        defer { free(resolved) }
        let file = String(cString: resolved)
        var status = stat()
        guard stat(file, &status) == 0 else { throw untrusted(file, "it cannot be examined: \(String(cString: strerror(errno)))") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw untrusted(file, "it is not a regular file") }
        guard access(file, X_OK) == 0 else { throw untrusted(file, "it is not executable for this user") }
        try check(file, status)
        var folder = file
        while folder != "/" {
            folder = folder.lastIndex(of: "/").map { $0 == folder.startIndex ? "/" : String(folder[..<$0]) } ?? "/"
            guard stat(folder, &status) == 0 else { throw untrusted(folder, "it cannot be examined: \(String(cString: strerror(errno)))") }
            try check(folder, status)
        }
        return file
    }

    private static func check(_ path: String, _ status: stat) throws {
        guard status.st_uid == 0 || status.st_uid == geteuid() else {
            throw untrusted(path, "it belongs to uid \(status.st_uid), and only root\(geteuid() == 0 ? "" : " or this user") may own it")
        }
        // In a sticky folder others can add a name, and cannot move or replace one that is not theirs.
        let isSticky = status.st_mode & S_IFMT == S_IFDIR && status.st_mode & S_ISVTX != 0
        guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 || isSticky else {
            throw untrusted(path, "its group or everybody may write it")
        }
    }

    private static func untrusted(_ path: String, _ why: String) -> HoldfastError {
        HoldfastError(
            .engineUntrusted, "The engine is not run: '\(path)': \(why).", hint: "see its mode and owner with: ls -ld '\(path)'")
    }
}
