import Glibc
public import HoldfastCore

/// The system's names of users and groups. Asked when policies are loaded, by `access can --as` and for tables; never while a request of an
/// application waits.
public enum SystemNames {
    /// What policies are read with.
    public static let resolver = NameResolver(
        user: { userID($0) }, group: { groupID($0) }, groups: { uid in account(uid: uid).map { [$0.gid] + $0.groups } ?? [] },
        zone: { SystemZones.rules($0) })

    /// The user's name, or `uid:N` for one without.
    public static func user(_ uid: UInt32) -> String {
        var entry = passwd()
        return lookUp({ getpwuid_r(uid, &entry, $0, $1, $2) }, { String(cString: entry.pw_name) }) ?? "uid:\(uid)"
    }

    public static func group(_ gid: UInt32) -> String {
        var entry = Glibc.group()
        return lookUp({ getgrgid_r(gid, &entry, $0, $1, $2) }, { String(cString: entry.gr_name) }) ?? "gid:\(gid)"
    }

    public static func userID(_ name: String) -> UInt32? {
        var entry = passwd()
        return lookUp({ getpwnam_r(name, &entry, $0, $1, $2) }, { entry.pw_uid })
    }

    public static func groupID(_ name: String) -> UInt32? {
        var entry = Glibc.group()
        return lookUp({ getgrnam_r(name, &entry, $0, $1, $2) }, { entry.gr_gid })
    }

    /// A user with the groups the system gives it.
    public struct Account: Sendable {
        public let uid: UInt32
        public let gid: UInt32
        public let groups: [UInt32]
    }

    public static func account(named name: String) -> Account? {
        var entry = passwd()
        return lookUp({ getpwnam_r(name, &entry, $0, $1, $2) }, { account(entry) })
    }

    public static func account(uid: UInt32) -> Account? {
        var entry = passwd()
        return lookUp({ getpwuid_r(uid, &entry, $0, $1, $2) }, { account(entry) })
    }

    private static func account(_ entry: passwd) -> Account {
        var count: Int32 = 1024
        var groups = [gid_t](repeating: 0, count: Int(count))
        let known = getgrouplist(entry.pw_name, entry.pw_gid, &groups, &count) >= 0
        return Account(uid: entry.pw_uid, gid: entry.pw_gid, groups: known ? Array(groups.prefix(Int(count))) : [])
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
