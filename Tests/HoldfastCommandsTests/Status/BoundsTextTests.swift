import HoldfastAPI
import Testing

@testable import HoldfastCommands

struct BoundsTextTests {
    @Test("bounds are three a line, and what is nearly used up stands out")
    func lines() {
        let bounds = [
            StatusBound("connections", used: 3, limit: 10, unit: .count),
            StatusBound("audit_bytes", used: 1900 << 20, limit: 2 << 30, unit: .bytes),
            StatusBound("engines_disk_bytes", used: 1 << 20, limit: nil, unit: .bytes),
            StatusBound("request_bytes", limit: 8 << 20, unit: .bytes),
        ]
        #expect(
            BoundsText.lines(bounds, style: .plain) == [
                "connections 3 of 10  ·  audit 1.9 GiB of 2.0 GiB  ·  engines disk 1.0 MiB, unbounded", "request at most 8.0 MiB",
            ])
        #expect(BoundsText.lines([bounds[1]], style: .coloured) == [Style.coloured.yellow("audit 1.9 GiB of 2.0 GiB")])
        #expect(BoundsText.lines([bounds[0]], style: .coloured) == ["connections 3 of 10"])
    }
}
