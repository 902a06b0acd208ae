import HoldfastCore
import Testing

@testable import HoldfastInference

struct LoadPlanTests {
    private func model(_ name: String) -> LoadableModel {
        let bytes = Array(name.utf8) + [UInt8](repeating: 0, count: 32)
        return LoadableModel(
            digest: SHA256Digest(bytes: bytes.prefix(32))!, path: "/\(name)", name: try! ModelName(parsing: name), trainedContext: nil)
    }

    private func occupant(_ name: String, _ need: Int64, _ state: Occupant.State, use: MemoryUse? = nil) -> Occupant {
        Occupant(model: model(name), need: need, use: use, state: state)
    }

    private func plan(_ need: Int64, _ occupants: [Occupant], available: Int64 = .max / 2, reserve: Int64 = 0, budget: Int64? = nil)
        -> String
    {
        let plan = LoadPlan.make(
            model("new"), MemoryNeed(bytes: need), beside: occupants,
            in: MemoryBudget(reading: MemoryReading(availableBytes: available, totalBytes: available), reserve: reserve, budget: budget))
        func names(_ digests: [SHA256Digest]) -> String {
            digests.map { digest in occupants.first { $0.model.digest == digest }?.model.name.name ?? "?" }.joined(separator: " ")
        }
        switch plan {
        case .load(let victims): return "load " + names(victims)
        case .wait(let draining): return "wait " + names(draining)
        case .refuse(let shortage): return "refuse \(shortage.free)"
        }
    }

    @Test("What fits is loaded, and nothing goes")
    func fits() {
        #expect(plan(100, [occupant("a", 50, .idle(since: .zero))], budget: 150) == "load ")
    }

    @Test("The one unused for longest goes first, and none that is not needed")
    func leastRecentlyUsed() {
        let idle = [
            occupant("b", 40, .idle(since: .seconds(2))), occupant("a", 40, .idle(since: .seconds(1))),
            occupant("c", 40, .idle(since: .seconds(3))),
        ]
        #expect(plan(40, idle, budget: 120) == "load a")
        #expect(plan(60, idle, budget: 120) == "load a b")
        // `a` alone would not do, and with `large` gone it may stay.
        #expect(
            plan(90, [occupant("a", 10, .idle(since: .zero)), occupant("large", 90, .idle(since: .seconds(1)))], budget: 100)
                == "load large")
    }

    @Test("A busy one is waited for and never ended; a pinned one stays")
    func busy() {
        let occupants = [occupant("busy", 60, .busy), occupant("idle", 30, .idle(since: .zero)), occupant("pin", 20, .pinned)]
        #expect(plan(30, occupants, budget: 110) == "load idle")
        #expect(plan(80, occupants, budget: 110) == "wait busy")
        #expect(plan(91, occupants, budget: 110) == "refuse 90")
    }

    @Test("What is only measured is waited for, and its model goes on taking requests")
    func trial() {
        let occupants = [occupant("trial", 60, .trial), occupant("busy", 30, .busy)]
        #expect(plan(10, occupants, budget: 100) == "load ")
        #expect(plan(60, occupants, budget: 100) == "wait ")
        #expect(plan(80, occupants, budget: 100) == "wait busy")
        #expect(plan(101, occupants, budget: 100) == "refuse 100")
    }

    @Test("The machine's reading: mapped files and memory not yet touched are taken off, what is anonymous is gone already")
    func machine() {
        // 1000 available; the engine will hold 400, of which 100 are anonymous and out of the reading.
        let engine = occupant("a", 400, .busy, use: MemoryUse(residentBytes: 300, anonymousBytes: 100, peakBytes: 300))
        #expect(plan(600, [engine], available: 1000, reserve: 100) == "load ")
        #expect(plan(601, [engine], available: 1000, reserve: 100) == "wait a")
        // More than was thought: what it has counts.
        let large = occupant("a", 400, .pinned, use: MemoryUse(residentBytes: 700, anonymousBytes: 100, peakBytes: 700))
        #expect(plan(301, [large], available: 1000, reserve: 100) == "refuse 300")
        // One that ends gives back what it has.
        var leaving = engine
        leaving.state = .leaving
        #expect(plan(1000, [leaving], available: 1000, reserve: 100) == "load ")
    }

    @Test("The smaller of machine and budget counts")
    func smaller() {
        #expect(plan(50, [], available: 1000, budget: 49) == "refuse 49")
        #expect(plan(50, [], available: 40, budget: 1000) == "refuse 40")
    }

    @Test("A refusal names the quantization that would fit")
    func quantization() throws {
        let shortage = MemoryShortage(
            model: try ModelName(parsing: "m"),
            need: MemoryNeed(
                bytes: 900 << 20, smaller: [.init(quantization: "Q8_0", bytes: 600 << 20), .init(quantization: "Q4_0", bytes: 400 << 20)]),
            free: 500 << 20, pinned: [])
        #expect(shortage.error.code == .insufficientMemory && shortage.error.retryAfter == 30)
        #expect(shortage.error.hint?.contains("Q4_0") == true && shortage.error.hint?.contains("400 MiB") == true)
    }
}
