import HoldfastCore
import Synchronization
import Testing

@testable import HoldfastNode

@Suite("Requests of limited bindings")
struct RequestMeterTests {
    private final class Clock: Sendable {
        private let time = Mutex<Int64>(1000)
        var now: Int64 { time.withLock { $0 } }
        func pass(_ seconds: Int64) { time.withLock { $0 += seconds } }
    }

    private static let account = RequestMeter.Account(tenant: "uid:1", name: "user uid:1")

    private static func limits(_ text: String) throws -> Limits {
        let source = PolicySource(
            name: "a", text: "version: 1\nbindings: [{role: user, subjects: [uid:1], limits: {\(text)}}]")
        return try #require(try PolicyDocument(parsing: source).bindings.first?.limits)
    }

    @Test("As many at a time, and a place that is given back, or forgotten, is free once")
    func concurrent() throws {
        let meter = RequestMeter(clock: { 1000 })
        let limits = try Self.limits("concurrent_requests: 2")
        let first = try meter.begin(Self.account, limits)
        var second: RequestPlace? = try meter.begin(Self.account, limits)
        #expect(second != nil)
        #expect(throws: RequestMeter.Full(kind: .concurrentRequests, used: 2, retryAfter: 1)) { _ = try meter.begin(Self.account, limits) }
        #expect(throws: Never.self) { _ = try meter.begin(RequestMeter.Account(tenant: "uid:2", name: "user uid:1"), limits) }
        first.giveBack()
        first.giveBack()
        #expect(meter.use(of: Self.account).running == 1)
        second = nil
        #expect(meter.use(of: Self.account).running == 0)
    }

    @Test("As many in any 60 seconds, running or not, and a refusal says how long")
    func perMinute() throws {
        let clock = Clock()
        let meter = RequestMeter(clock: { clock.now })
        let limits = try Self.limits("requests_per_minute: 3")
        for _ in 0..<2 { try meter.begin(Self.account, limits).giveBack() }
        clock.pass(30)
        try meter.begin(Self.account, limits).giveBack()
        #expect(throws: RequestMeter.Full(kind: .requestsPerMinute, used: 3, retryAfter: 31)) { _ = try meter.begin(Self.account, limits) }
        clock.pass(30)
        #expect(throws: RequestMeter.Full.self) { _ = try meter.begin(Self.account, limits) }
        clock.pass(1)
        for _ in 0..<2 { try meter.begin(Self.account, limits).giveBack() }
        #expect(throws: RequestMeter.Full(kind: .requestsPerMinute, used: 3, retryAfter: 30)) { _ = try meter.begin(Self.account, limits) }
        // One that was not let in after all is none of the minute's.
        clock.pass(61)
        for _ in 0..<10 { try meter.begin(Self.account, limits).giveBack(uncounted: true) }
        #expect(meter.use(of: Self.account) == RequestMeter.Use(running: 0, lately: 0))
    }

    @Test("Never more than the bound in any window, whatever the order of things")
    func anyWindow() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let clock = Clock()
            let meter = RequestMeter(clock: { clock.now })
            let bound = Int64.random(in: 1...5, using: &random)
            let limits = try Self.limits("requests_per_minute: \(bound)")
            var admitted: [Int64] = []
            for _ in 0..<60 {
                clock.pass(Int64.random(in: 0...20, using: &random))
                if let place = try? meter.begin(Self.account, limits) {
                    place.giveBack()
                    admitted.append(clock.now)
                }
            }
            for time in admitted { #expect(admitted.count { (time...time + 60).contains($0) } <= bound) }
        }
    }

    @Test("Accounts that do nothing are forgotten")
    func bounded() throws {
        let clock = Clock()
        let meter = RequestMeter(clock: { clock.now })
        let limits = try Self.limits("requests_per_minute: 3")
        for number in 0..<5000 {
            try meter.begin(RequestMeter.Account(tenant: "uid:\(number)", name: "a"), limits).giveBack()
            if number % 100 == 0 { clock.pass(10) }
        }
        #expect(meter.accounts.count < 1200)
        clock.pass(61)
        #expect(meter.accounts.isEmpty)
    }
}
