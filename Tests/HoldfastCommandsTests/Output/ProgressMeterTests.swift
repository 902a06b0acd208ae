import Testing

@testable import HoldfastCommands

struct ProgressMeterTests {
    @Test func nothingIsSaidInTheFirstSecond() {
        var meter = ProgressMeter("adding a", interval: .milliseconds(200))
        #expect(meter.line(done: 50, total: 100, at: .milliseconds(999)) == nil)
        #expect(meter.line(done: 50, total: 100, at: .seconds(1)) != nil)
    }

    @Test func beforeTheFirstByteThereIsNothingToSay() {
        var meter = ProgressMeter("adding a", interval: .milliseconds(200))
        #expect(meter.line(done: 0, total: 100, at: .seconds(5)) == nil)
    }

    @Test func aLineHasShareRateAndTimeLeft() {
        var meter = ProgressMeter("adding a", interval: .milliseconds(200))
        #expect(
            meter.line(done: 100 << 20, total: 400 << 20, at: .seconds(2)) == "adding a  25 %  100.0 MiB of 400.0 MiB  50.0 MiB/s  6 s left"
        )
    }

    @Test func linesKeepTheirDistance() {
        var meter = ProgressMeter("a", interval: .seconds(10))
        #expect(meter.line(done: 1, total: 100, at: .seconds(3)) != nil)
        #expect(meter.line(done: 2, total: 100, at: .seconds(12)) == nil)
        #expect(meter.line(done: 3, total: 100, at: .seconds(13)) != nil)
    }

    @Test(arguments: [(100, 100), (1, 0), (200, 100)] as [(Int64, Int64)])
    func noTimeLeftWhereThereIsNone(done: Int64, total: Int64) {
        var meter = ProgressMeter("a", interval: .seconds(1))
        let line = meter.line(done: done, total: total, at: .seconds(5))
        #expect(line?.contains("left") == false)
    }
}
