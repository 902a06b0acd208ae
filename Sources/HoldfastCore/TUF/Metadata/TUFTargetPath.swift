/// A TARGETPATH (§4.5) that may become part of a URL: `NAME/NAME`, without steps that lead elsewhere.
public enum TUFTargetPath {
    public static let maximumBytes = 1024

    /// - Throws: ``HoldfastError`` `name_invalid` for an empty path, an empty step, `.` or `..`, control characters, more than ``maximumBytes``.
    public static func check(_ path: String) throws {
        let steps = path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.utf8.count <= maximumBytes, steps.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }),
            path.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
        else {
            throw HoldfastError(
                .nameInvalid, "'\(path.prefix(80))' is no path of a target: names with '/' between, none of them empty, '.' or '..'.")
        }
    }
}

extension TUFTarget {
    /// Where it lies, relative to the repository's URL of targets and percent-encoded (§5.7.3).
    /// - Parameter consistent: with a hash before the file's name, as in a repository with consistent snapshots.
    public func location(consistent: Bool) throws -> String {
        try TUFTargetPath.check(path)
        var steps = path.split(separator: "/").map(PercentEncoding.encode)
        if consistent {
            guard let hash = hashes.known.first else {
                throw HoldfastError(.targetCorrupt, "'\(path.prefix(200))' has no hash of an algorithm known here.")
            }
            steps[steps.count - 1] = hash.digits + "." + steps[steps.count - 1]
        }
        return steps.joined(separator: "/")
    }
}
