import Testing

@testable import HoldfastCommands

struct HumanTests {
    @Test(
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (1_048_575, "1.0 MiB"), (369_098_752, "352.0 MiB"),
            (1 << 32, "4.0 GiB"), (Int64.max, "8.0 EiB"),
        ] as [(Int64, String)])
    func bytes(count: Int64, text: String) { #expect(Human.bytes(count) == text) }

    @Test(
        arguments: [
            (999, "999"), (134_515_008, "134.5 M"), (999_949, "999.9 K"), (999_999, "1.0 M"), (1_240_000_000, "1.2 B"),
            (70_000_000_000, "70.0 B"),
        ] as [(UInt64, String)])
    func parameters(count: UInt64, text: String) { #expect(Human.parameters(count) == text) }

    @Test(
        arguments: [
            (-5, "0 µs"), (850, "850 µs"), (12_300, "12 ms"), (999_499, "999 ms"), (999_600, "1.0 s"), (3_420_000, "3.4 s"),
            (59_960_000, "1 m 00 s"), (125_000_000, "2 m 05 s"), (3_780_000_000, "1 h 03 m"), (352_800_000_000, "4 d 02 h"),
        ] as [(Int64, String)])
    func durations(microseconds: Int64, text: String) { #expect(Human.duration(microseconds: microseconds) == text) }

    @Test func nouns() {
        #expect(Human.count(1, "file") == "1 file")
        #expect(Human.count(0, "file") == "0 files")
    }
}
