import HoldfastCore
import HoldfastTestSupport

/// A month of a small factory's gateway, the same for one seed: people and applications at work, refusals, a kill, a clock that went back.
struct SampleMonth {
    static let hostile = #"<script>alert("x")</script>|=HYPERLINK("http://evil")\#u{202e}"#

    private(set) var records: [AuditRecord] = []
    private var random: SplitMix64
    private var boot = "run-1"
    private var sequence: Int64 = 0
    private var generation: Int64 = 3
    private let start: Int64
    /// Of a normal month, in thousandths.
    private let volume: Int

    static let digests = (0..<3).map { SHA256Digest(bytes: [UInt8](repeating: UInt8(0x21 * ($0 + 1)), count: 32))! }
    static let models = ["qwen2.5-coder:7b", "smollm2:135m", "gemma3:1b"]
    private static let daemon = AuditActor(Caller(uid: 990, gid: 990, pid: 612, groups: [], socket: .internal))

    /// - Parameter volume: thousandths of some thousand requests.
    init(seed: UInt64 = 2026, volume: Int = 1000) throws {
        random = SplitMix64(seed: seed)
        start = try ReportPeriod(month: "2026-10").milliseconds.lowerBound
        self.volume = volume
        event(0, "node.start", "node", parameters: ["version": 4])
        for day in 0..<31 { add(day) }
    }

    private mutating func add(_ day: Int) {
        let morning = start + Int64(day) * 86_400_000 + 6 * 3_600_000
        changes(day, morning)
        let isWeekend = day % 7 == 2 || day % 7 == 3
        let requests = (isWeekend ? 30 : 150 + Int(random.next() % 110)) * volume / 1000
        for request in 0..<max(requests, 1) {
            let time = morning + Int64(request) * (46_000_000 / Int64(max(requests, 1))) + Int64(random.next() % 4000)
            inference(time)
            if random.next() % 60 == 0 { denial(time + 10) }
        }
        for (uid, count) in [(1001 as UInt32, 14 as Int64), (0, 60)] where volume >= 100 {
            var record = record(.event, morning + 46_500_000, caller(uid, .admin), uid == 0 ? "node.status" : "models.list", "viewer")
            record.outcome = AuditOutcome(.ok, status: 200)
            record.count = count
            append(record)
        }
    }

    private mutating func changes(_ day: Int, _ time: Int64) {
        switch day {
        case 1:
            for (name, digest) in zip(Self.models, Self.digests) { effect(time, 0, "models.add", name, digest) }
        case 4:
            generation += 1
            event(time, "policy.load", "policy", digest: Self.digests[2], parameters: ["roles": 4, "bindings": 9])
            named(time + 1000, 0, "access.token.create", "token", "kiosk-hall-2")
        case 9:
            effect(time, 1000, "models.verify", Self.models[0], Self.digests[0])
            event(
                time + 5000, "engine.exit", "model", Self.models[0], Self.digests[0], .init(.failed, code: "engine_failed"), ["signal": 9])
        case 13:
            // A kill: the next record is of another run, and begins by closing what was open.
            var open = record(.intent, time - 300_000, caller(1002, .api), "inference.chat", "user")
            open.resource = AuditResource(kind: "model", name: Self.models[0], digest: Self.digests[0])
            append(open)
            boot = "run-2"
            sequence = 0
            open.phase = .outcome
            open.time = time - 205_000
            open.outcome = AuditOutcome(.interrupted, code: "interrupted")
            append(open)
            event(time - 204_990, "node.start", "node", parameters: ["version": 4])
        case 17:
            named(time, 0, "models.alias", "model", Self.models[0], alias: "assistant")
            event(time - 7_200_000, "engine.start", "model", Self.models[1], Self.digests[1], .init(.ok), ["load_ms": 812])
        case 21:
            event(time, "audit.gap", "records", "0-255", Self.digests[0], .init(.ok, code: "retention"), ["first": 0, "past": 256])
            effect(time + 1000, 1003, "audit.export", nil, nil)
        case 26:
            effect(time, 0, "models.remove", "gemma3:1b", Self.digests[2])
            event(time + 5000, "policy.load", "policy", nil, nil, .init(.failed, code: "policy_invalid"))
        default: break
        }
    }

    private mutating func inference(_ time: Int64) {
        let who = Int(random.next() % 12)
        let model = [0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 0][Int(random.next() % 12)]
        let actor =
            who == 11
            ? caller(Caller.noID, .api, .token(name: "kiosk-hall-2", role: "kiosk"))
            : caller([1000, 1001, 1002, 1003, 1004][[0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4][who]], .api)
        var record = record(.intent, time, actor, random.next() % 9 == 0 ? "inference.complete" : "inference.chat", "user")
        record.resource = AuditResource(kind: "model", name: Self.models[model], digest: Self.digests[model])
        record.parameters = ["max_tokens": 512, "temperature_milli": 700, "messages": Int64(1 + random.next() % 6)]
        record.content = AuditContent(prompt: String(repeating: "5a", count: 32))
        append(record)
        record.phase = .outcome
        record.time = time + 300 + Int64(random.next() % 9000)
        record.parameters = [:]
        record.duration = (record.time - time) * 1000
        switch random.next() % 100 {
        case 0..<94:
            record.outcome = AuditOutcome(.ok, status: 200, finish: random.next() % 8 == 0 ? "length" : "stop")
            let prompt = Int64(40 + random.next() % 1800)
            record.tokens = AuditTokens(prompt: prompt, completion: Int64(20 + random.next() % 490), cached: prompt / 3)
            record.content = AuditContent(answer: String(repeating: "c3", count: 32))
        case 94..<97:
            record.outcome = AuditOutcome(.cancelled, status: 200)
            record.content = nil
        default:
            record.outcome = AuditOutcome(.failed, code: "engine_busy", status: 503)
            record.content = nil
        }
        append(record)
    }

    private mutating func denial(_ time: Int64) {
        let kinds = [
            ("inference.chat", "access_denied", 403), ("models.add", "access_denied", 403), ("inference.chat", "model_not_found", 404),
            ("audit.list", "access_denied", 403),
        ]
        let (operation, code, status) = kinds[Int(random.next() % 4)]
        let uid = [1005, 1006, 1002][Int(random.next() % 3)] as UInt32
        var record = record(.event, time, caller(uid, operation == "inference.chat" ? .api : .admin), operation, nil)
        record.resource = AuditResource(kind: "model", name: random.next() % 3 == 0 ? Self.hostile : "payroll:70b")
        record.outcome = AuditOutcome(.denied, code: code, status: Int64(status))
        record.count = random.next() % 6 == 0 ? Int64(2 + random.next() % 40) : 1
        append(record)
    }

    /// An intent and its outcome.
    private mutating func effect(_ time: Int64, _ uid: UInt32, _ operation: String, _ name: String?, _ digest: SHA256Digest?) {
        var record = record(.intent, time, caller(uid, .admin), operation, "operator")
        record.resource = AuditResource(kind: name == nil ? "node" : "model", name: name, digest: digest)
        append(record)
        record.phase = .outcome
        record.time += 4200
        record.duration = 4_200_000
        record.outcome = AuditOutcome(.ok, status: 200)
        append(record)
    }

    private mutating func named(_ time: Int64, _ uid: UInt32, _ operation: String, _ kind: String, _ name: String, alias: String? = nil) {
        var record = record(.event, time, caller(uid, .admin), operation, "security-admin")
        record.resource = AuditResource(kind: kind, name: name, alias: alias)
        record.outcome = AuditOutcome(.ok, status: 200)
        append(record)
    }

    private mutating func event(
        _ time: Int64, _ operation: String, _ kind: String, _ name: String? = nil, _ digest: SHA256Digest? = nil,
        _ outcome: AuditOutcome = AuditOutcome(.ok), _ parameters: [String: Int64] = [:]
    ) {
        var record = record(.event, max(time, start), Self.daemon, operation, nil)
        record.resource = AuditResource(kind: kind, name: name, digest: digest)
        record.outcome = outcome
        record.parameters = parameters
        append(record)
    }

    private mutating func event(
        _ time: Int64, _ operation: String, _ kind: String, digest: SHA256Digest? = nil, parameters: [String: Int64]
    ) {
        event(time, operation, kind, nil, digest, AuditOutcome(.ok), parameters)
    }

    private func caller(_ uid: UInt32, _ socket: SocketKind, _ subject: NamedSubject? = nil) -> AuditActor {
        AuditActor(Caller(uid: uid, gid: uid, pid: 4000 + Int32(uid % 1000), groups: [100], socket: socket, subject: subject))
    }

    private mutating func record(_ phase: AuditRecord.Phase, _ time: Int64, _ actor: AuditActor, _ operation: String, _ role: String?)
        -> AuditRecord
    {
        var actor = actor
        actor.role = role
        actor.rule = role.map { _ in "factory.yaml:14" }
        return AuditRecord(
            id: String(random.next(), radix: 16), time: time, phase: phase, actor: actor, operation: operation, policyGeneration: generation
        )
    }

    private mutating func append(_ record: AuditRecord) {
        var record = record
        sequence += 1
        record.boot = boot
        record.sequence = sequence
        records.append(record)
    }
}
