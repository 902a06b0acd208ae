import Synchronization

/// How many connections a server holds, in all and for one uid, so that one caller cannot shut out the others.
public final class ConnectionLimits: Sendable {
    public let maximum: Int
    public let maximumPerUID: Int
    private let counts = Mutex<[UInt32: Int]>([:])

    public init(maximum: Int, maximumPerUID: Int) {
        self.maximum = maximum
        self.maximumPerUID = maximumPerUID
    }

    public var count: Int { counts.withLock { $0.values.reduce(0, +) } }

    func admit(uid: UInt32) -> Bool {
        counts.withLock { counts in
            guard counts[uid, default: 0] < maximumPerUID, counts.values.reduce(0, +) < maximum else { return false }
            counts[uid, default: 0] += 1
            return true
        }
    }

    func release(uid: UInt32) {
        counts.withLock { counts in
            counts[uid, default: 0] -= 1
            if counts[uid] == 0 { counts[uid] = nil }
        }
    }
}
