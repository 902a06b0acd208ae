import HoldfastAPI
import HoldfastStore
import HoldfastTestSupport
import Synchronization
import Testing

@testable import HoldfastNode

@Suite("The node's time, whatever the machine's clock shows")
struct NodeClockTests {
    private static let day: Int64 = 86_400_000
    private static let release = HoldfastVersion.notBefore

    /// Both are the test's to set.
    private final class Machine: Sendable {
        let wall = Mutex<Int64>(0)
        let elapsed = Mutex<Int64>(0)

        func clock() -> NodeClock {
            NodeClock(wall: { self.wall.withLock { $0 } }, elapsed: { self.elapsed.withLock { $0 } }, release: NodeClockTests.release)
        }
        func set(_ time: Int64) { wall.withLock { $0 = time } }
        /// Time passes for both.
        func pass(_ time: Int64) {
            wall.withLock { $0 += time }
            elapsed.withLock { $0 += time }
        }
    }

    @Test("A clock that shows a time after the release is believed")
    func trusted() {
        let machine = Machine()
        let clock = machine.clock()
        machine.set(Self.release)
        #expect(clock.reading == .init(time: Self.release, wall: Self.release) && clock.reading.isTrusted)
        machine.pass(400 * Self.day)
        #expect(clock.now == Self.release + 400 * Self.day)
        machine.set(Self.release + 1)
        #expect(clock.now == Self.release + 1, "nothing was remembered yet: a clock that is set back is believed as well")
    }

    @Test("In 1970, and before it, time goes on from the release, and is not trusted")
    func seventies() {
        let starts: [Int64] = [5, -400 * Self.day, Int64.min / 2]
        for start in starts {
            let machine = Machine()
            machine.set(start)
            let clock = machine.clock()
            #expect(clock.now == Self.release && !clock.reading.isTrusted)
            machine.pass(90_000)
            #expect(clock.now == Self.release + 90_000 && clock.reading.wall == start + 90_000)
            #expect(clock.memorable == Self.release + 90_000, "it is all the time there is")
            machine.set(Self.release + 3 * Self.day)
            #expect(clock.reading.isTrusted && clock.now == Self.release + 3 * Self.day, "it was set")
        }
    }

    @Test("Below the newest time that the node has lived through: never")
    func newest() {
        let machine = Machine()
        machine.set(0)
        let clock = machine.clock()
        let seen = Self.release + 100 * Self.day
        clock.learn(seen)
        #expect(clock.now == seen && !clock.reading.isTrusted)
        machine.pass(1000)
        clock.learn(seen + 10)
        #expect(clock.now == seen + 1000, "learning less than has been counted takes nothing back")
        machine.pass(1000)
        #expect(clock.now == seen + 2000)
        // After the release, but a month before what has been: no correction, but a clock that does not know.
        machine.set(seen - 30 * Self.day)
        #expect(clock.now >= seen && !clock.reading.isTrusted)
        #expect(clock.memorable == seen - 30 * Self.day, "that it was so late is not remembered twice")
    }

    @Test("Set back by less than a day, time stands until the clock has caught up")
    func setBack() {
        let machine = Machine()
        machine.set(Self.release + Self.day)
        let clock = machine.clock()
        clock.learn(Self.release + Self.day)
        machine.set(Self.release + Self.day - 3_600_000)
        machine.pass(1_800_000)
        #expect(clock.now == Self.release + Self.day && !clock.reading.isTrusted)
        machine.pass(1_800_001)
        #expect(clock.reading.isTrusted && clock.now == Self.release + Self.day + 1)
    }

    @Test("Whatever the clock does, time never goes below the release nor below what was learnt")
    func anything() {
        var random = SplitMix64(seed: 70)
        for _ in 0..<200 {
            let machine = Machine()
            let clock = machine.clock()
            var floor = Self.release
            for _ in 0..<100 {
                switch random.next() % 4 {
                case 0: machine.set(Int64(truncatingIfNeeded: random.next()) >> Int64(20 + random.next() % 30))
                case 1: machine.set(Self.release + Int64(random.next() % UInt64(2000 * Self.day)) - 1000 * Self.day)
                case 2: machine.pass(Int64(random.next() % 7_200_000))
                default:
                    floor = max(floor, Self.release + Int64(random.next() % UInt64(900 * Self.day)))
                    clock.learn(floor)
                }
                #expect(clock.now >= floor)
            }
        }
    }

    @Test("A start in 1970 goes on from the time of the last run, before anything is recorded")
    func restart() async throws {
        let folder = try TestFolder()
        let machine = Machine()
        let lived = Self.release + 5 * Self.day
        machine.set(lived)
        func open(_ clock: NodeClock) throws -> NodeStore {
            var options = StoreOptions(stateDirectory: folder.path + "/state", now: { clock.now })
            options.isClockTrusted = { clock.reading.isTrusted }
            options.learnTime = { clock.learn($0) }
            return try NodeStore.open(options)
        }
        let first = machine.clock()
        var store = try open(first)
        _ = try await store.advanceTrustedTime(now: first.memorable, elapsed: nil)
        await store.close()
        machine.set(12_000)
        let second = machine.clock()
        store = try open(second)
        #expect(second.now == lived && !second.reading.isTrusted)
        await store.close()
    }
}
