import HoldfastAPI
import HoldfastStore
import Synchronization

/// The time this node goes by: the wall clock, unless that shows a time that cannot be. Gateways without a battery start in 1970.
///
/// Time never goes below the day this release was made, nor below the newest time that the node knows it has lived through
/// (``NodeStore/advanceTrustedTime(now:elapsed:)``: a clock that was in 2100 for a moment does not count). Below that, it goes on from there as
/// fast as time passes, and is not to be trusted: records say so, until the clock is set.
///
/// A clock that was set back by less than a day is taken for one that was fast: time stands still until it has caught up.
final class NodeClock: Sendable {
    struct Reading: Sendable, Equatable {
        /// What the node goes by. Both are milliseconds since 1970.
        var time: Int64
        var wall: Int64
        var isTrusted: Bool { time == wall }
    }

    private struct Floor {
        var time: Int64
        /// Milliseconds since the clock's making, when time was there.
        var at: Int64
    }

    private static let day: Int64 = 86_400_000

    private let wall: @Sendable () -> Int64
    private let elapsed: @Sendable () -> Int64
    private let release: Int64
    private let floor: Mutex<Floor>

    /// - Parameters:
    ///   - wall: milliseconds since 1970.
    ///   - elapsed: milliseconds that have passed since any moment; setting the wall clock does not change it.
    ///   - release: no program of this release ran before it.
    init(
        wall: @escaping @Sendable () -> Int64 = StoreOptions.wallClock, elapsed: @escaping @Sendable () -> Int64 = NodeClock.sinceStart(),
        release: Int64 = HoldfastVersion.notBefore
    ) {
        self.wall = wall
        self.elapsed = elapsed
        self.release = release
        floor = Mutex(Floor(time: release, at: elapsed()))
    }

    var now: Int64 { reading.time }
    var reading: Reading { floor.withLock { reading($0) } }

    /// What may be remembered as lived through: without any clock, the time that the node has counted for itself.
    var memorable: Int64 {
        let reading = reading
        return reading.wall < release ? reading.time : reading.wall
    }

    /// Takes notice of a time that has been.
    func learn(_ time: Int64) {
        floor.withLock { floor in
            let reading = reading(floor)
            floor = Floor(time: max(time, reading.isTrusted ? floor.time : reading.time), at: elapsed())
        }
    }

    private func reading(_ floor: Floor) -> Reading {
        let wall = wall()
        if wall >= floor.time { return Reading(time: wall, wall: wall) }
        let isSetBack = wall >= release && floor.time - wall < Self.day
        return Reading(time: isSetBack ? floor.time : floor.time + max(0, elapsed() - floor.at), wall: wall)
    }

    private static func sinceStart() -> @Sendable () -> Int64 {
        let start = ContinuousClock.now
        return { Int64(start.duration(to: .now) / .milliseconds(1)) }
    }
}
