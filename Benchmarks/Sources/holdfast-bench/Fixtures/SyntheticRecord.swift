import HoldfastCore

/// Audit records as an inference leaves them.
enum SyntheticRecord {
    private static let start: Int64 = 1_790_000_000_000

    static func make(_ number: Int) -> AuditRecord {
        let time = start + Int64(number)
        var noise = Noise(seed: UInt64(bitPattern: Int64(number)))
        let caller = Caller(uid: UInt32(1000 + number % 5), gid: 100, pid: Int32(2 + number % 30_000), groups: [100, 200], socket: .api)
        var record = AuditRecord(
            id: hex(UInt64(time)) + hex(noise.next()), time: time, phase: .event, actor: AuditActor(caller, role: "user", rule: "built-in"),
            operation: "inference.chat", resource: AuditResource(kind: "model", name: "model-\(number % 10_000)"),
            outcome: AuditOutcome(.ok, status: 200, finish: "stop"), policyGeneration: 1)
        record.parameters = ["max_tokens": 128, "temperature_milli": 700]
        record.content = AuditContent(prompt: (0..<4).map { _ in hex(noise.next()) }.joined())
        record.tokens = AuditTokens(prompt: 40, completion: 128, cached: 39)
        record.duration = 900
        return record
    }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
