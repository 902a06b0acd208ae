import Foundation
import HoldfastCore
import Synchronization

@testable import HoldfastInference

/// A driver whose loads end when the test says so.
final class FakeDriver: EngineDriver {
    private let loads = Mutex<[SharedResult<any Engine>]>([])
    var count: Int { loads.withLock { $0.count } }

    func start(_ model: LoadableModel) async throws -> any Engine {
        let load = SharedResult<any Engine>()
        loads.withLock { $0.append(load) }
        do { return try await load.valueOrCancellation() } catch {
            load.complete(.failure(error))
            throw error
        }
    }

    func finish(_ result: Result<any Engine, any Error>) async throws {
        try await eventually { self.loads.withLock { $0.last?.result == nil && !$0.isEmpty } }
        loads.withLock { $0.last }?.complete(result)
    }
}

final class FakeEngine: Engine {
    let model: LoadableModel
    let pid: Int32 = 4711
    private let ending = SharedResult<EngineExit>()
    init(_ model: LoadableModel) { self.model = model }

    func generate(_ request: GenerationRequest, for terms: RequestTerms) async throws -> GenerationStream { GenerationStream { { nil } } }
    func countPrompt(of request: GenerationRequest) async throws -> Int { 0 }
    func status() async -> EngineStatus { EngineStatus(slots: 1, busySlots: 0, contextLength: 1, residentBytes: 1) }
    func exited() async -> EngineExit { try! await ending.value() }
    func stop(drain: Duration, grace: Duration) async { end(asked: true) }
    func end(asked: Bool) { ending.complete(.success(EngineExit(reason: .signal(9), stderrTail: "tail", wasAsked: asked))) }
}

final class ManualClock: EngineClock {
    private let time = Mutex(Duration.zero)
    var now: Duration { time.withLock { $0 } }
    func sleep(for duration: Duration) async throws { try await Task.sleep(for: .milliseconds(1)) }
    func advance(_ duration: Duration) { time.withLock { $0 += duration } }
}
