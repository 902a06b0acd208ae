import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import Testing

@testable import HoldfastNode

@Suite("Reads are counted by subject, socket and operation")
struct ReadCounterTests {
    @Test("one record for each kind, with its count, and then it starts anew")
    func counts() throws {
        let counter = ReadCounter()
        for _ in 0..<5 { counter.count(try .sample(.modelsOpenAI, model: "m")) }
        for _ in 0..<3 { counter.count(try .sample(.modelList, socket: .admin)) }
        counter.count(try .sample(.modelsOpenAI, uid: 9))
        counter.count(try .sample(.status, socket: .admin))
        let records = counter.flush(at: 60_000)
        #expect(records.map(\.count).sorted() == [1, 1, 3, 5])
        let five = try #require(records.first { $0.count == 5 })
        #expect(five.operation == "models.list" && five.actor.uid == 1234 && five.actor.socket == .api && five.outcome?.result == .ok)
        #expect(five.resource == nil && five.duration == nil && five.phase == .event && five.time == 60_000)
        #expect(counter.flush(at: 120_000).isEmpty)
    }
}
