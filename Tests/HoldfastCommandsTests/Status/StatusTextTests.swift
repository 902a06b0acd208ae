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
            limits: .init(connections: 2, maxConnections: 1024, requests: 1, queuedRequests: 0, maxQueuedRequests: 64))
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
                limits  2 of 1024 connections, 1 request running, 0 of 64 waiting
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
        let engines = try status().models.loaded
        #expect(
            Processes.table(engines, now: 65_000, style: .plain) == """
                NAME  PID     MEMORY  CONTEXT    BUSY  LOADED        DIGEST
                a:1     9  200.0 MiB     2048  1 of 4  1 m 05 s ago  abababababab

                """)
        #expect(Processes.table([], now: 0, style: .plain).hasPrefix("No model is loaded."))
    }
}
