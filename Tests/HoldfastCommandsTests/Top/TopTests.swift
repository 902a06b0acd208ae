import HoldfastAPI
import HoldfastCore
import Testing

@testable import HoldfastCommands

@Suite("holdfast top")
struct TopTests {
    private static func engine(_ name: String, pid: Int32, pieces: UInt64) throws -> EngineInfo {
        EngineInfo(
            name: name, digest: try SHA256Digest(parsing: String(repeating: "ab", count: 32)), pid: pid, since: 0, context: 2048, slots: 4,
            busySlots: 2, waiting: ["interactive": 1, "batch": 3], residentBytes: 200 << 20, pieces: pieces,
            subjects: [.init(subject: "uid:1001", running: 2, waiting: 4)])
    }

    @Test("tokens a second are the difference of two looks; a new process has none yet")
    func rates() throws {
        let before = [try Self.engine("a:1", pid: 9, pieces: 100), try Self.engine("b:1", pid: 10, pieces: 50)]
        let now = [try Self.engine("a:1", pid: 9, pieces: 150), try Self.engine("b:1", pid: 11, pieces: 5)]
        #expect(TopView.rates(from: before, to: now, in: 2) == [9: 25])
        #expect(TopView.rates(from: before, to: now, in: 0) == [:])
    }

    @Test("the screen has engines, rates, queues by priority and subjects, and no control characters of a model's name")
    func screen() throws {
        let list = EngineListBody(
            engines: [try Self.engine("a:1\u{1b}[2J", pid: 9, pieces: 1)], awaited: [.init(name: "c:1", state: .loading, requests: 2)])
        let text = TopText.screen(list, status: nil, rates: [9: 25.37], now: 0, style: .plain)
        #expect(
            text
                == """
                MODEL  PID   SLOTS  TOKENS/S  WAITING                    MEMORY
                a:1      9  2 of 4      25.3  3 batch, 1 interactive  200.0 MiB
                c:1 is loading; 2 requests waiting

                SUBJECT   MODEL  RUNNING  WAITING
                uid:1001  a:1          2        4

                """)
        #expect(TopText.screen(EngineListBody(engines: []), status: nil, rates: [:], now: 0, style: .plain).contains("is loaded"))
    }
}
