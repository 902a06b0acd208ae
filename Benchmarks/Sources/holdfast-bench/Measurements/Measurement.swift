/// One group of rows, by the key that `--only` takes.
struct Measurement: Sendable {
    let key: String
    let run: @Sendable (BenchContext) async throws -> [Row]

    static let all = [
        Measurement(key: "inference", run: InferenceCost.run),
        Measurement(key: "streams", run: MixedStreams.run),
        Measurement(key: "cancel", run: CancelToIdle.run),
        Measurement(key: "fairness", run: FloodFairness.run),
        Measurement(key: "swap", run: ModelSwap.run),
        Measurement(key: "prefix", run: PrefixRestart.run),
        Measurement(key: "tune", run: Tuning.run),
        Measurement(key: "memory", run: IdleMemory.run),
        Measurement(key: "start", run: StartToReady.run),
        Measurement(key: "requests", run: RequestRate.run),
        Measurement(key: "audit", run: AuditAppends.run),
        Measurement(key: "decisions", run: Decisions.run),
        Measurement(key: "verify", run: LogVerification.run),
        Measurement(key: "records", run: TenMillionRecords.run),
        Measurement(key: "hash", run: Hashing.run),
        Measurement(key: "add", run: ModelAddition.run),
    ]
}
