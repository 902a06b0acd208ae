import HoldfastCore

/// Which settings are tried.
struct TuningCandidates: Sendable {
    /// The node's own settings.
    let defaults: EngineTuning
    let cores: Int
    /// Threads are the configuration's to say.
    let threadsAreFixed: Bool
    /// Keys and values in 8 bits were asked for.
    let allowsQ8: Bool

    /// llama-server's own settings, with the threads that are configured.
    var engineDefaults: EngineTuning {
        // Its `auto` turns flash attention on wherever the processor computes.
        EngineTuning(
            threads: threadsAreFixed ? defaults.threads : nil, batchThreads: threadsAreFixed ? defaults.batchThreads : nil,
            microBatchSize: 512, flashAttention: true)
    }

    /// Each differs from the defaults in one setting; what usually matters most comes first.
    /// - Parameter prompt: tokens of the longest prompt that is measured: larger micro-batches than that are all the same.
    func coarse(prompt: Int) -> [EngineTuning] {
        var list = [changed { $0.flashAttention.toggle() }]
        if allowsQ8 { list.append(changed { $0.cacheType = .q8 }) }
        var sizes: Set = [min(defaults.microBatchSize, prompt)]
        for size in [256, 512, 64, 32] where sizes.insert(min(size, prompt)).inserted {
            list.append(changed { $0.microBatchSize = size })
        }
        for threads in threadCounts {
            list.append(
                changed {
                    $0.threads = threads
                    $0.batchThreads = threads
                })
        }
        for speculation in EngineTuning.Speculation.allCases where speculation != defaults.speculation {
            list.append(changed { $0.speculation = speculation })
        }
        return list
    }

    /// Half as many each time, and one less than all: the daemon and the applications want a core too.
    private var threadCounts: [Int] {
        guard !threadsAreFixed else { return [] }
        var counts = [cores, cores - 1]
        var half = cores / 2
        while half >= 1 {
            counts.append(half)
            half /= 2
        }
        var seen: Set<Int> = []
        return counts.filter { $0 >= 1 && $0 <= cores && seen.insert($0).inserted }
    }

    private func changed(_ edit: (inout EngineTuning) -> Void) -> EngineTuning {
        var tuning = defaults
        edit(&tuning)
        return tuning
    }

    /// In how many settings it is not the defaults.
    func differences(of tuning: EngineTuning) -> Int {
        [
            tuning.threads != defaults.threads, tuning.batchThreads != defaults.batchThreads,
            tuning.microBatchSize != defaults.microBatchSize, tuning.flashAttention != defaults.flashAttention,
            tuning.cacheType != defaults.cacheType, tuning.speculation != defaults.speculation,
        ].count { $0 }
    }

    /// The best values of each setting, together: what is expected to be fastest comes first.
    /// - Parameters:
    ///   - base: what the defaults took.
    ///   - seen: what each change took.
    /// - Returns: at most `limit`, without the defaults.
    func fine(base: EngineSpeed, seen: [EngineTuning: EngineSpeed], limit: Int = 8) -> [EngineTuning] {
        func values<Value: Hashable>(_ path: KeyPath<EngineTuning, Value>, _ gain: (EngineSpeed) -> Double, keep: Int) -> [Value] {
            let others = seen.filter { $0.key[keyPath: path] != defaults[keyPath: path] }.map { ($0.key[keyPath: path], gain($0.value)) }
            // A little worse alone may be better together; much worse is out.
            let near = others.filter { $0.1 > 0.97 }.sorted { $0.1 > $1.1 }.map(\.0)
            return [defaults[keyPath: path]] + near.prefix(keep)
        }
        let prompt = { (speed: EngineSpeed) in speed.prompt / base.prompt }
        let answer = { (speed: EngineSpeed) in speed.answer / base.answer }
        let total = { (speed: EngineSpeed) in base.seconds / speed.seconds }
        var list: [EngineTuning] = []
        for flash in values(\.flashAttention, total, keep: 1) {
            for micro in values(\.microBatchSize, prompt, keep: 2) {
                for threads in values(\.threads, answer, keep: 1) {
                    for batch in values(\.batchThreads, prompt, keep: 1) {
                        for speculation in values(\.speculation, answer, keep: 1) {
                            for cache in values(\.cacheType, total, keep: 1) {
                                list.append(
                                    EngineTuning(
                                        threads: threads, batchThreads: batch, microBatchSize: micro, flashAttention: flash,
                                        cacheType: cache,
                                        speculation: speculation))
                            }
                        }
                    }
                }
            }
        }
        let expected = Dictionary(uniqueKeysWithValues: list.map { ($0, expectation(of: $0, base: base, seen: seen)) })
        return Array(
            list.filter { $0 != defaults }.sorted { (expected[$0] ?? .infinity) < (expected[$1] ?? .infinity) }.prefix(limit))
    }

    /// Seconds of the reference request, if every change did together what it did alone.
    private func expectation(of tuning: EngineTuning, base: EngineSpeed, seen: [EngineTuning: EngineSpeed]) -> Double {
        var speed = base
        for (other, measured) in seen {
            let isPart =
                other.flashAttention != defaults.flashAttention && other.flashAttention == tuning.flashAttention
                || other.microBatchSize != defaults.microBatchSize && other.microBatchSize == tuning.microBatchSize
                || other.cacheType != defaults.cacheType && other.cacheType == tuning.cacheType
                || other.speculation != defaults.speculation && other.speculation == tuning.speculation
            if isPart || other.batchThreads != defaults.batchThreads && other.batchThreads == tuning.batchThreads {
                speed.prompt *= measured.prompt / base.prompt
            }
            if isPart || other.threads != defaults.threads && other.threads == tuning.threads {
                speed.answer *= measured.answer / base.answer
            }
        }
        return speed.seconds
    }
}
