import Glibc
import HoldfastCore

/// The system's names of users and groups.
enum SystemNames {
    /// What policies are read with.
    static let resolver = NameResolver(user: { userID($0) }, group: { groupID($0) })

    /// The user's name, or `uid:N` for one without.
    static func user(_ uid: UInt32) -> String {
        var entry = passwd()
        return lookUp({ getpwuid_r(uid, &entry, $0, $1, $2) }, { String(cString: entry.pw_name) }) ?? "uid:\(uid)"
    }

    static func group(_ gid: UInt32) -> String {
        var entry = Glibc.group()
        return lookUp({ getgrgid_r(gid, &entry, $0, $1, $2) }, { String(cString: entry.gr_name) }) ?? "gid:\(gid)"
    }

    static func userID(_ name: String) -> UInt32? {
        var entry = passwd()
        return lookUp({ getpwnam_r(name, &entry, $0, $1, $2) }, { entry.pw_uid })
    }

    static func groupID(_ name: String) -> UInt32? {
        var entry = Glibc.group()
        return lookUp({ getgrnam_r(name, &entry, $0, $1, $2) }, { entry.gr_gid })
    }

    /// The buffer grows while the system says that it is too small: a group can have thousands of members.
    private static func lookUp<Entry, Value>(
        _ call: (UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<Entry>?>) -> Int32, _ read: () -> Value
    ) -> Value? {
        var size = 4096
        while size <= 1 << 20 {
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
            defer { buffer.deallocate() }
            var found: UnsafeMutablePointer<Entry>?
            let status = call(buffer, size, &found)
            if status == 0 { return found == nil ? nil : read() }
            guard status == ERANGE else { return nil }
            size *= 4
        }
        return nil
    }
}
