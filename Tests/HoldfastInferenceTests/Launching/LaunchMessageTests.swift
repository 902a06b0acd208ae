import HoldfastLaunch
import HoldfastTestSupport
import Testing

@Suite("Packets between daemon and supervisor")
struct LaunchMessageTests {
    private static let messages: [LaunchMessage] = [
        .launch(.confine, ["--calls", "native", "", "--", "/bin/true", "wörd"]), .launch(.checkModel, []), .launch(.confine, [""]),
        .signal(15), .started(4_194_304), .errors([]), .errors([0, 255, 10]),
        .report(ProcessReport(cpuTicks: .max, residentBytes: 1, anonymousBytes: 2, peakBytes: .max)),
        .exited(signal: 9, code: -1, oomKills: .max),
        .exited(signal: 0, code: 125, oomKills: 0), .refused("no"),
    ]

    @Test("Each comes back as it was", arguments: messages)
    func roundTrip(message: LaunchMessage) {
        #expect(LaunchMessage(bytes: message.bytes) == message)
    }

    @Test("One byte less or more is none, where a length says so", arguments: messages)
    func lengths(message: LaunchMessage) {
        switch message {
        case .launch, .errors, .refused: break
        default:
            #expect(LaunchMessage(bytes: message.bytes.dropLast()) == nil)
            #expect(LaunchMessage(bytes: message.bytes + [0]) == nil)
        }
    }

    @Test("Another release's launch, a word without its end, broken UTF-8, no signal, no process: none of them is a message")
    func refused() {
        var launch = LaunchMessage.launch(.confine, ["a"]).bytes
        #expect(LaunchMessage(bytes: launch.dropLast()) == nil)
        launch[1] = LaunchMessage.version + 1
        #expect(LaunchMessage(bytes: launch) == nil)
        #expect(LaunchMessage(bytes: [1, LaunchMessage.version, 3]) == nil, "there is no such program")
        #expect(LaunchMessage(bytes: [1, LaunchMessage.version, 1, 0xff, 0]) == nil)
        #expect(LaunchMessage(bytes: LaunchMessage.signal(65).bytes) == nil && LaunchMessage(bytes: LaunchMessage.signal(0).bytes) == nil)
        #expect(LaunchMessage(bytes: LaunchMessage.started(-4).bytes) == nil)
        #expect(LaunchMessage(bytes: [UInt8]()) == nil && LaunchMessage(bytes: [0x99, 1]) == nil)
    }

    @Test("Whatever comes is read as something or as nothing, and what is read says itself again")
    func anyBytes() {
        var random = SplitMix64(seed: 7)
        for _ in 0..<20_000 {
            let kind: [UInt8] = [0x01, 0x02, 0x11, 0x12, 0x13, 0x14, 0x15]
            let bytes =
                [kind[Int(random.next() % 7)]] + (0..<Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next() % 4) }
            if let message = LaunchMessage(bytes: bytes) {
                // Errors and refusals hold any bytes, also such as are no text.
                if case .refused = message { continue }
                if case .report = message { continue }
                #expect(message.bytes == bytes)
            }
        }
    }
}
