import CHoldfastSystem
import Glibc
public import HoldfastCore

/// Who the kernel says is at the other end of a connected socket.
public enum Peer: Sendable, Hashable {
    case caller(Caller)
    /// Cannot be matched to any subject; the reason is for the operator.
    case refused(reason: String, uid: UInt32)
}

enum PeerCredentials {
    /// SO_PEERCRED and SO_PEERGROUPS of a connected Unix socket.
    static func read(descriptor: Int32, socket: SocketKind) -> Peer {
        var uid: uid_t = 0
        var gid: gid_t = 0
        var pid: pid_t = 0
        let failure = hf_peer_credentials(descriptor, &uid, &gid, &pid)
        guard failure == 0 else {
            return .refused(reason: "the kernel gave no peer credentials (errno \(failure))", uid: Caller.overflowID)
        }
        guard uid != Caller.overflowID else {
            return .refused(reason: "the peer has no identity in this user namespace (it shows as uid \(uid))", uid: uid)
        }
        guard let groups = groups(descriptor) else {
            return .refused(reason: "the kernel gave no peer groups (errno \(errno))", uid: uid)
        }
        return .caller(Caller(uid: uid, gid: gid, pid: pid, groups: groups, socket: socket))
    }

    private static func groups(_ descriptor: Int32) -> [UInt32]? {
        var capacity: Int32 = 64
        // Groups are fixed when the peer connects, so a second try with the size the kernel named is enough.
        for _ in 0..<2 {
            var buffer = [gid_t](repeating: 0, count: Int(capacity))
            var needed: Int32 = 0
            let count = hf_peer_groups(descriptor, &buffer, capacity, &needed)
            if count >= 0 { return Array(buffer.prefix(Int(count))) }
            guard errno == ERANGE, needed > capacity else { return nil }
            capacity = needed
        }
        return nil
    }
}
