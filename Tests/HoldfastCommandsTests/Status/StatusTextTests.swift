import HoldfastAPI
import HoldfastCore
import Testing

@testable import HoldfastCommands

struct StatusTextTests {
    private func status(_ change: (inout StatusBody) -> Void = { _ in }) throws -> StatusBody {
        let engine = EngineInfo(
            name: "a:1", digest: try SHA256Digest(parsing: String(repeating: "ab", count: 32)), pid: 9, since: 0, context: 2048, slots: 4,
            busySlots: 1, residentBytes: 200 << 20)
        var status = StatusBody(
            version: "0.1.0", pid: 7, uid: 0, startedAt: 0, state: "/var/lib/holdfast", runtime: "/run/holdfast", health: "ok", reasons: [],
            next: "holdfast run a:1", engine: .init(path: "/opt/llama-server", version: "b1", digest: nil),
            models: .init(count: 3, corrupt: 0, loaded: [engine]),
            memory: .init(daemonBytes: 20 << 20, enginesBytes: 200 << 20, availableBytes: 3 << 30),
            disk: .init(blobBytes: 352 << 20, quotaBytes: nil, freeBytes: 20 << 30, reserveBytes: 1 << 30),
            audit: .init(records: 12, checkpointSize: 10, checkpointAt: 3_590_000, verifierKey: "k"),
            policy: .init(generation: 1, digest: "d", warnings: [], reloadError: nil),
            limits: .init(
                connections: 2, maxConnections: 1024, requests: 1, queuedRequests: 0, maxQueuedRequests: 64,
                maxQueuedRequestsPerSubject: 16))
        change(&status)
        return status
    }

    @Test func theScreenOfAHealthyNode() throws {
        #expect(
            StatusText.screen(try status(), now: 3_600_000, style: .plain) == """
                Holdfast 0.1.0 is healthy
                node    pid 7, uid 0, up 1 h 00 m, state in /var/lib/holdfast, sockets in /run/holdfast
                engine  /opt/llama-server (b1)
                models  3 stored, 1 loaded
                        a:1: 1 of 4 busy, 200.0 MiB
                memory  daemon 20.0 MiB, engines 200.0 MiB, 3.0 GiB available
                disk    models 352.0 MiB, 20.0 GiB free, 1.0 GiB of it kept in reserve
                audit   12 records, 10 signed, the last 10 s ago
                policy  generation 1
                limits  2 of 1024 connections, 1 request running, 0 waiting (at most 64 of a priority for one model, 16 of them from one subject)
                next    holdfast run a:1

                """)
    }

    @Test func whatIsWrongStandsFirst() throws {
        let text = StatusText.screen(
            try status {
                $0.health = "degraded"
                $0.reasons = ["The disk is nearly full."]
                $0.engine.path = nil
                $0.models.corrupt = 1
                $0.policy.warnings = ["w"]
                $0.policy.reloadError = "bad.yaml:3"
                $0.next = nil
            }, now: 0, style: .plain)
        #expect(text.hasPrefix("Holdfast 0.1.0 needs attention\n  - The disk is nearly full.\n"))
        for part in ["none: no model can be run", ", 1 corrupt", "warning: w", "the last reload was refused: bad.yaml:3"] {
            #expect(text.contains(part))
        }
        #expect(!text.contains("next"))
    }

    @Test func anUnsignedTrailIsSaidToBeUnsigned() throws {
        let text = StatusText.screen(try status { $0.audit.checkpointSize = 0 }, now: 3_600_000, style: .plain)
        #expect(text.contains("audit   12 records, none signed yet\n"))
    }

    @Test func runningEnginesAreATable() throws {
        var engine = try #require(try status().models.loaded.first)
        engine.reservedBytes = 256 << 20
        engine.waiting = ["batch": 2, "normal": 1]
        var idle = engine
        (idle.name, idle.busySlots, idle.waiting, idle.expiresAt) = ("b:1", 0, [:], 125_000)
        var pinned = idle
        (pinned.name, pinned.pinned, pinned.expiresAt) = ("c:1", true, nil)
        #expect(
            Processes.text(EngineListBody(engines: [engine, idle, pinned]), now: 65_000, style: .plain) == """
                NAME  PID     MEMORY    COUNTED  CONTEXT    BUSY  WAITING  LOADED        EXPIRES      TUNED  DIGEST
                a:1     9  200.0 MiB  256.0 MiB     2048  1 of 4        3  1 m 05 s ago  in use       no     abababababab
                b:1     9  200.0 MiB  256.0 MiB     2048  0 of 4        0  1 m 05 s ago  in 1 m 00 s  no     abababababab
                c:1     9  200.0 MiB  256.0 MiB     2048  0 of 4        0  1 m 05 s ago  pinned       no     abababababab

                """)
        #expect(Processes.text(EngineListBody(engines: []), now: 0, style: .plain).hasPrefix("No model is loaded."))
    }

    @Test func whatWaitsAndWhatFailedIsSaid() {
        let body = EngineListBody(
            engines: [], awaited: [.init(name: "a:1", state: .loading, requests: 2), .init(name: "b:1", state: .waiting, requests: 1)],
            failed: [.init(name: "c:1", reason: "engine_failed: It ended.", until: 90_000)])
        #expect(
            Processes.text(body, now: 60_000, style: .plain) == """
                a:1 is loading; 2 requests waiting
                b:1 waits until there is memory for it; 1 request waiting
                c:1 failed and is not tried for 30 s: engine_failed: It ended. (holdfast model load c:1 tries at once)

                """)
    }
}
