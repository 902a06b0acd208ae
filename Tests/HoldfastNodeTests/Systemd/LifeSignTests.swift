import Foundation
import HTTPTypes
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastStore
import HoldfastTestSupport
import HummingbirdCore
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import HoldfastNode

/// A socket that takes what the daemon tells systemd, on a thread of its own: a full one would stop whoever writes to it.
final class NotifySocket: Sendable {
    let path: String
    private let descriptor: Int32
    private let taken = Taken()

    private final class Taken: Sendable {
        let messages = Mutex<[String]>([])
    }

    init(in folder: TestFolder) throws {
        path = folder.path + "/notify"
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        try #require(bound == 0)
        Thread.detachNewThread { [descriptor, taken] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
                let message = String(decoding: buffer[..<count], as: UTF8.self)
                taken.messages.withLock { $0.append(message) }
            }
            close(descriptor)
        }
    }

    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

    var notifier: ServiceNotifier { ServiceNotifier(environment: ["NOTIFY_SOCKET": path]) }

    /// Those that were taken so far: one that was just sent may not be among them.
    var messages: [String] { taken.messages.withLock { $0 } }
    var pings: Int { messages.count { $0 == "WATCHDOG=1" } }
}

/// Something that waits until the test lets it go.
final class Gate: Sendable {
    private let lock = DispatchSemaphore(value: 0)
    private let entered = Mutex(false)
    var isEntered: Bool { entered.withLock { $0 } }
    func wait() {
        entered.withLock { $0 = true }
        lock.wait()
    }
    func open() { lock.signal() }
}

@Suite("Pings come from work: whatever hangs, stops them", .serialized)
struct LifeSignTests {
    private let folder: TestFolder
    private let systemd: NotifySocket
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        folder = try TestFolder()
        systemd = try NotifySocket(in: folder)
    }

    /// Runs the life sign, without pauses, until `body` returns; it ends between two proofs, so that no connection is under way then.
    private func alive(_ proof: LifeProof, _ body: () async throws -> Void) async throws {
        let isOver = Over()
        let life = LifeSign(
            notifier: systemd.notifier, proofs: [proof], summary: { "Serving" }, interval: .seconds(3600), logger: Self.logger,
            sleep: { _ in
                if isOver.flag.withLock({ $0 }) { throw CancellationError() }
                await Task.yield()
            })
        let running = Task { try await life.run() }
        do { try await body() } catch {
            running.cancel()
            throw error
        }
        isOver.flag.withLock { $0 = true }
        try await running.value
    }

    private final class Over: Sendable {
        let flag = Mutex(false)
    }

    /// It pings; it hangs; not one ping until it is let go; it pings again.
    private func hangs(_ gate: Gate, begin: @Sendable @escaping () async -> Void) async throws {
        try await eventually("it pings") { systemd.pings > 3 }
        let work = Task { await begin() }
        try await eventually("it hangs") { gate.isEntered }
        // A ping whose proof was over before may still come; after these the proof has met the gate.
        var last = -1
        try await eventually("the pings stop") {
            defer { last = systemd.pings }
            for _ in 0..<200 { await Task.yield() }
            return systemd.pings == last
        }
        for _ in 0..<2000 { await Task.yield() }
        #expect(systemd.pings == last)
        gate.open()
        await work.value
        try await eventually("it pings again") { systemd.pings > last + 3 }
    }

    @Test("the audit writer")
    func writer() async throws {
        let store = try NodeStore.open(StoreOptions(stateDirectory: folder.path + "/state"))
        let gate = Gate()
        try await alive(.writer(store)) {
            try await hangs(gate) { _ = try? await store.commit { _ in gate.wait() } }
        }
        await store.close()
    }

    @Test("the scheduler")
    func scheduler() async throws {
        let gate = Gate()
        let engines = EngineManager(
            driver: NoDriver(),
            memory: MemoryAdmission(gauge: HangingGauge(gate: gate), need: { _ in MemoryNeed(bytes: 1) }, measured: { _, _ in }))
        try await alive(.scheduler(engines)) {
            try await hangs(gate) { _ = await engines.freeMemory() }
        }
    }

    @Test("the listener: nobody accepts, or the router never answers")
    func listener() async throws {
        let path = folder.path + "/api.sock"
        let socket = try ListeningSocket(binding: path, kind: .api, mode: 0o666)
        #expect(socket.boundPath == path)
        let gate = Gate()
        /// The next request, and only that, does not come back.
        let isNext = Mutex(false)
        let server = SocketServer(
            listener: socket, limits: ConnectionLimits(maximum: 8, maximumPerUID: 8), idleSeconds: 60, logger: Self.logger
        ) { _, _ in
            let hangs = isNext.withLock { isNext in
                defer { isNext = false }
                return isNext
            }
            if hangs {
                // A thread of its own, so that what hangs is the answer and not the test's threads.
                await withCheckedContinuation { continuation in
                    Thread.detachNewThread {
                        gate.wait()
                        continuation.resume()
                    }
                }
            }
            return .init(status: .serviceUnavailable)
        }
        let serving = Task { try await server.run() }
        try await alive(.listener(path)) {
            try await hangs(gate) { isNext.withLock { $0 = true } }
        }
        serving.cancel()
        _ = try? await serving.value
    }

    @Test("A listener that is full refuses by closing, and lives")
    func crowd() async throws {
        let path = folder.path + "/api.sock"
        let server = SocketServer(
            listener: try ListeningSocket(binding: path, kind: .api, mode: 0o666), limits: ConnectionLimits(maximum: 0, maximumPerUID: 0),
            idleSeconds: 60, logger: Self.logger
        ) { _, _ in .init(status: .ok) }
        let serving = Task { try await server.run() }
        try await alive(.listener(path)) { try await eventually("it pings") { systemd.pings > 3 } }
        serving.cancel()
        _ = try? await serving.value
    }

    @Test("READY first, then status only when it changes, STOPPING at the end; without a watchdog no proof is asked for")
    func order() async throws {
        let count = Mutex(0)
        let life = LifeSign(
            notifier: systemd.notifier, proofs: [LifeProof(part: "x") { Issue.record("nobody asked for it") }],
            summary: {
                count.withLock { count in
                    count += 1
                    return count < 5 ? "Serving; 0 models loaded" : "Serving; 1 model loaded"
                }
            }, interval: nil, logger: Self.logger,
            sleep: { _ in
                try Task.checkCancellation()
                await Task.yield()
            })
        let running = Task { try await life.run() }
        try await eventually("it goes round") { count.withLock { $0 } > 20 }
        running.cancel()
        _ = try await running.value
        try await eventually("all is taken") { systemd.messages.last?.hasPrefix("STOPPING=1") == true }
        #expect(
            systemd.messages == [
                "READY=1\nSTATUS=Serving; 0 models loaded", "STATUS=Serving; 1 model loaded",
                "STOPPING=1\nSTATUS=Stopping: open requests may end",
            ])
    }

    @Test("More time for the start is asked for only while there is progress")
    func extending() async throws {
        let work = Mutex<UInt64>(0)
        let rounds = Mutex(0)
        let gate = Gate()
        let start = StartExtension(
            notifier: systemd.notifier, work: { work.withLock { $0 } },
            sleep: { _ in
                try Task.checkCancellation()
                rounds.withLock { $0 += 1 }
                await Task.yield()
            })
        let opening = Task { try await start.during { gate.wait() } }
        try await eventually("it looks") { rounds.withLock { $0 } > 50 }
        #expect(systemd.messages.isEmpty, "nothing was done")
        work.withLock { $0 = 7 }
        try await eventually("it asks") { systemd.messages.count == 1 }
        let seen = rounds.withLock { $0 }
        try await eventually("it looks again") { rounds.withLock { $0 } > seen + 50 }
        #expect(systemd.messages == ["EXTEND_TIMEOUT_USEC=60000000\nSTATUS=Opening the state: recovering what the last run left"])
        gate.open()
        try await opening.value
        #expect(StartExtension.processWork() > 0)
    }
}

private struct NoDriver: EngineDriver {
    func start(_ model: LoadableModel) async throws -> any Engine { throw CancellationError() }
}

private struct HangingGauge: MemoryGauge {
    let gate: Gate
    func reading() -> MemoryReading {
        gate.wait()
        return MemoryReading(availableBytes: 1, totalBytes: 1)
    }
    func use(of pid: Int32) -> MemoryUse? { nil }
}
