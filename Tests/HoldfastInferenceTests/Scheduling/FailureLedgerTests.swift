import HoldfastCore
import Testing

@testable import HoldfastInference

struct FailureLedgerTests {
    private let model = LoadableModel(
        digest: SHA256Digest(bytes: [UInt8](repeating: 7, count: 32))!, path: "/m", name: try! ModelName(parsing: "m"), trainedContext: nil)
    private let exit = EngineExit(reason: .signal(11), stderrTail: "", wasAsked: false)

    @Test("The fifth failed load in a row ends the trying for ten minutes; then it begins anew")
    func loads() throws {
        var ledger = FailureLedger()
        var now = Duration.zero
        for (number, pause) in [1, 2, 4, 8, 600].enumerated() {
            let (error, isFailed) = ledger.noteLoad(HoldfastError(.engineFailed, "no"), of: model, now: now)
            #expect(error.retryAfter == pause && isFailed == (number == 4))
            #expect(ledger.refusal(for: model.digest, now: now)?.code == (number == 4 ? .modelFailed : .engineFailed))
            now += .seconds(pause)
            #expect(ledger.refusal(for: model.digest, now: now) == nil)
        }
        #expect(ledger.failed(now: now).isEmpty)
        #expect(ledger.noteLoad(HoldfastError(.engineFailed, "no"), of: model, now: now).error.retryAfter == 1)
    }

    @Test("An engine that is not there is no fault of the model")
    func missing() {
        var ledger = FailureLedger()
        let pauses = (0..<8).map { _ in ledger.noteLoad(HoldfastError(.engineMissing, "no"), of: model, now: .zero).error.retryAfter }
        #expect(pauses == [1, 2, 4, 8, 16, 30, 30, 30])
        #expect(ledger.failed(now: .zero).isEmpty)
    }

    /// Whether that was once too often.
    private func crash(_ ledger: inout FailureLedger, at now: Duration = .zero) -> Bool { ledger.noteCrash(of: model, exit, now: now) }

    @Test("The third crash in a row ends the trying; an answered request in between begins the row anew")
    func crashes() {
        var ledger = FailureLedger()
        let first = [crash(&ledger), crash(&ledger)]
        #expect(first == [false, false])
        #expect(ledger.refusal(for: model.digest, now: .zero) == nil, "the next request loads it at once")
        ledger.clear(model.digest)
        var row = [crash(&ledger)]
        ledger.noteLoaded(model.digest)
        row += [crash(&ledger), crash(&ledger)]
        #expect(row == [false, false, true], "that it loads does not end the row")
        #expect(ledger.refusal(for: model.digest, now: .seconds(599))?.code == .modelFailed)
        #expect(ledger.failed(now: .zero).map(\.model) == [model])
        ledger.clear(model.digest)
        #expect(ledger.refusal(for: model.digest, now: .zero) == nil)
    }

    @Test("Crashes far apart are no loop")
    func farApart() {
        var ledger = FailureLedger()
        let tooOften = (0..<10).map { hour in crash(&ledger, at: .seconds(3600 * hour)) }
        #expect(!tooOften.contains(true))
    }
}
