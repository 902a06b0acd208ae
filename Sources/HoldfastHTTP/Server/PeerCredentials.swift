import CHoldfastSystem
import Glibc
public import HoldfastCore

/// Who the kernel says is at the other end of a connected socket.
public enum Peer: Sendable, Hashable {
    case caller(Caller)
    /// Cannot be matched to any subject; the reason is for the operator.
    case refused(reason: String, uid: UInt32)
    /// On the loopback listener: the kernel says nothing of the peer, and each request must say who it is from.
    case undeclared
}

/// What a listener makes of whoever connects to it.
public enum Door: Sendable {
    /// The kernel's word for the peer: `api.sock` and `admin.sock`.
    case kernel
    /// The socket itself is the identity, whatever the peer is; asked at each connection.
    case application(name: String, caller: @Sendable (_ pid: Int32) -> Caller)
    /// TCP on this machine: nothing is known before a request brings a token.
    case loopback
}

enum PeerCredentials {
    static func read(descriptor: Int32, _ door: Door, socket: SocketKind) -> Peer {
        switch door {
        case .kernel: read(descriptor: descriptor, socket: socket)
        // The pid is a hint and may be 0: the peer can be in another namespace.
        case .application(_, let caller): .caller(caller(pid(descriptor)))
        case .loopback: .undeclared
        }
    }

    private static func pid(_ descriptor: Int32) -> Int32 {
        var uid: uid_t = 0
        var gid: gid_t = 0
        var pid: pid_t = 0
        return hf_peer_credentials(descriptor, &uid, &gid, &pid) == 0 ? pid : 0
    }

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
        // What SO_PEERCRED says of anything but a Unix socket.
        guard uid != Caller.noID else { return .refused(reason: "the peer is not a process on this machine", uid: uid) }
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
