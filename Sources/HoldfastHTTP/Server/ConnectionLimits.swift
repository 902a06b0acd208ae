import Synchronization

/// What connections are counted under: callers of one bucket share its limit.
enum ConnectionBucket: Hashable, Sendable, CustomStringConvertible {
    case uid(UInt32)
    case application(String)
    /// Everybody on the loopback listener: who they are is known only after they have connected.
    case loopback

    var description: String {
        switch self {
        case .uid(let uid): "uid:\(uid)"
        case .application(let name): "app:\(name)"
        case .loopback: "loopback"
        }
    }
}

/// How many connections a server holds, in all and for one caller, so that one cannot shut out the others.
public final class ConnectionLimits: Sendable {
    public let maximum: Int
    /// Of one uid, of one application socket, and of the loopback listener.
    public let maximumPerUID: Int
    private let counts = Mutex<[ConnectionBucket: Int]>([:])

    public init(maximum: Int, maximumPerUID: Int) {
        self.maximum = maximum
        self.maximumPerUID = maximumPerUID
    }

    public var count: Int { counts.withLock { $0.values.reduce(0, +) } }

    func admit(_ bucket: ConnectionBucket) -> Bool {
        counts.withLock { counts in
            guard counts[bucket, default: 0] < maximumPerUID, counts.values.reduce(0, +) < maximum else { return false }
            counts[bucket, default: 0] += 1
            return true
        }
    }

    func release(_ bucket: ConnectionBucket) {
        counts.withLock { counts in
            counts[bucket, default: 0] -= 1
            if counts[bucket] == 0 { counts[bucket] = nil }
        }
    }
}
