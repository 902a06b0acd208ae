import FoundationEssentials
import Glibc
import HoldfastCore

/// Reads a directory of policy files.
enum PolicyFiles {
    /// Every `*.yaml` of `directory`, by name.
    /// - Throws: ``HoldfastError`` `policy_invalid` when one cannot be read: a policy that is half there must not rule.
    static func read(_ directory: String?) throws -> [PolicySource] {
        guard let directory else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".yaml") }.sorted().map { name in
                let path = "\(directory)/\(name)"
                var status = stat()
                guard stat(path, &status) == 0, status.st_size <= PolicySource.maximumByteCount else {
                    throw HoldfastError(.policyInvalid, "'\(path)' cannot be read or is larger than 1 MiB.")
                }
                return PolicySource(name: path, bytes: Array(try Data(contentsOf: URL(filePath: path))))
            }
        } catch let error as HoldfastError {
            throw error
        } catch {
            throw HoldfastError(
                .policyInvalid, "The policies in '\(directory)' cannot be read.", hint: "holdfastd --policies DIR", cause: error)
        }
    }
}

/// Users and groups as this machine knows them. Asked when policies are loaded, never while a request waits.
enum SystemNames {
    static let resolver = NameResolver(user: { user($0)?.uid }, group: { group($0) })

    struct User {
        let uid: UInt32
        let gid: UInt32
        let groups: [UInt32]
    }

    static func user(_ name: String) -> User? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return User(uid: entry.pw_uid, gid: entry.pw_gid, groups: groups(of: name, gid: entry.pw_gid))
    }

    static func user(uid: UInt32) -> User? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 << 10)
        guard getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name else { return nil }
        return User(uid: uid, gid: entry.pw_gid, groups: groups(of: String(cString: name), gid: entry.pw_gid))
    }

    static func group(_ name: String) -> UInt32? {
        var entry = group_t()
        var found: UnsafeMutablePointer<group_t>?
        var buffer = [CChar](repeating: 0, count: 64 << 10)
        guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        return entry.gr_gid
    }

    private typealias group_t = Glibc.group

    private static func groups(of name: String, gid: UInt32) -> [UInt32] {
        var count: Int32 = 256
        var list = [gid_t](repeating: 0, count: Int(count))
        guard getgrouplist(name, gid, &list, &count) >= 0 else { return [] }
        return Array(list.prefix(Int(count)))
    }
}
