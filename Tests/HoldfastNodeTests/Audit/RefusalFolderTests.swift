import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import Testing

@testable import HoldfastNode

@Suite("Refusals: the first is a record at once, repeats within a second are one more")
struct RefusalFolderTests {
    private let denied = AuditOutcome(.denied, code: "access_denied", status: 403)

    @Test("repeats within a second become one record with their count")
    func folds() async throws {
        let folder = RefusalFolder()
        let first = try #require(try await folder.fold(.sample(id: "1"), denied, at: 1000))
        #expect(first.count == 1 && first.id == "1" && first.outcome == denied && first.phase == .event)
        for number in 2...6 { #expect(try await folder.fold(.sample(id: "\(number)"), denied, at: 1000 + Int64(number)) == nil) }
        #expect(await folder.flush(at: 1500, all: false).isEmpty, "the second is not over")
        let folded = await folder.flush(at: 2000, all: false)
        #expect(folded.map(\.count) == [5] && folded.first?.id == "6")
        #expect(await folder.flush(at: 9000, all: true).isEmpty)
    }

    @Test("no refusal is lost, whatever the order of refusals and flushes", arguments: [1, 2, 3, 4, 5] as [UInt64])
    func total(seed: UInt64) async throws {
        var random = SystemRandomNumberGenerator()
        let folder = RefusalFolder()
        var (asked, recorded, time) = (Int64(0), Int64(0), Int64(0))
        for _ in 0..<300 {
            time += Int64.random(in: 0...400, using: &random)
            if Int.random(in: 0..<4, using: &random) == 0 {
                recorded += await folder.flush(at: time, all: false).reduce(0) { $0 + $1.count }
            } else {
                asked += 1
                recorded += try await folder.fold(.sample(uid: .random(in: 1...2, using: &random)), denied, at: time)?.count ?? 0
            }
        }
        recorded += await folder.flush(at: time, all: true).reduce(0) { $0 + $1.count }
        #expect(recorded == asked)
    }

    @Test("what differs in subject, socket, operation or outcome is not folded together, but names are")
    func kinds() async throws {
        let folder = RefusalFolder()
        #expect(try await folder.fold(.sample(model: "a"), denied, at: 0) != nil)
        #expect(try await folder.fold(.sample(uid: 1), denied, at: 1) != nil)
        #expect(try await folder.fold(.sample(socket: .admin), denied, at: 2) != nil)
        #expect(try await folder.fold(.sample(.completions), denied, at: 3) != nil)
        #expect(try await folder.fold(.sample(), AuditOutcome(.denied, code: "origin_refused"), at: 4) != nil)
        #expect(try await folder.fold(.sample(), AuditOutcome(.failed, code: "access_denied"), at: 5) != nil)
        #expect(try await folder.fold(.sample(model: "b"), denied, at: 6) == nil, "guessing names does not flood the trail")
    }

    @Test("a clock that goes back does not hold records back")
    func clock() async throws {
        let folder = RefusalFolder()
        _ = try await folder.fold(.sample(), denied, at: 10_000)
        #expect(try await folder.fold(.sample(), denied, at: 10_001) == nil)
        #expect(await folder.flush(at: 5000, all: false).map(\.count) == [1])
    }
}
