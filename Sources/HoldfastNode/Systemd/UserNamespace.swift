import FoundationEssentials

/// Which uids have a meaning here. In a user namespace (LXC, rootless podman, `PrivateUsers=`) all others show as the overflow uid, and are
/// refused on `api.sock` and `admin.sock`.
enum UserNamespace {
    /// What an operator should know of it; nil where every uid is mapped.
    static var note: String? {
        guard let data = try? Data(contentsOf: URL(filePath: "/proc/self/uid_map")) else { return nil }
        return note(map: String(decoding: data, as: UTF8.self))
    }

    /// - Parameter map: the text of `/proc/self/uid_map`, see user_namespaces(7): lines of inside, outside, length.
    static func note(map: String) -> String? {
        let mapped = map.split(separator: "\n").reduce(UInt64(0)) { sum, line in
            let fields = line.split(whereSeparator: \.isWhitespace)
            return sum &+ (fields.count == 3 ? UInt64(fields[2]) ?? 0 : 0)
        }
        // All of them: (uid_t)-1 is no uid.
        guard mapped < UInt64(UInt32.max) else { return nil }
        return
            "This user namespace maps \(mapped) uids. Callers whose uid it does not map are refused on api.sock and admin.sock; give them "
            + "an application socket (holdfast access socket create NAME)."
    }
}
