import Foundation
import Glibc
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Engines are killed, stopped, slowed and misquoted at every stage of a request, while others are answered.
    @Suite struct EngineFaultCampaign {
        @Test("An engine struck at any stage fails its own requests, says so, and is back; other models' streams go on byte for byte")
        func scripted() async throws {
            let seed = Campaign.seed
            var random = SplitMix64(seed: seed)
            var settings = TestNode.Settings()
            settings.scriptedEngine = true
            settings.environment = ["HOLDFAST_ENGINE_LOAD_STALL_SECONDS": "3", "HOLDFAST_DRAIN_SECONDS": "1"]
            let node = try TestNode(settings)
            try await node.start()
            let stages: [FaultTrial.Stage] = [.starting, .health, .firstByte, .prefill, .stream, .end, .cancel]
            let bench = FaultBench(node: node, bystander: try await .init("well", node.add("well", script: "say:count")))
            var victims: [FaultBench.Model] = []
            for number in 0..<4 {
                victims.append(try await .init("ill\(number)", node.add("ill\(number)", script: "load:503x8 say:count")))
            }
            let schedule = Self.schedule(stages, faults: Fault.allCases, trials: Campaign.trials(short: 24, long: 1540), &random)
            try await bench.run(schedule, on: victims, seed: seed)
            try Campaign.record("engine-faults-scripted", await bench.figures(seed: seed))
            try await node.remove()
        }

        @Test("The same of llama-server, with prefixes restored and saved, and models that take each other's place")
        func real() async throws {
            let seed = Campaign.seed
            var random = SplitMix64(seed: seed)
            var settings = TestNode.Settings()
            settings.environment = [
                "HOLDFAST_ENGINE_LOAD_STALL_SECONDS": "5", "HOLDFAST_DRAIN_SECONDS": "1", "HOLDFAST_ENGINE_CONTEXT": "512",
                "HOLDFAST_ENGINE_SLOTS": "2", "HOLDFAST_PREFIX_CACHE_IDLE_SECONDS": "1",
            ]
            let node = try TestNode(settings)
            try await node.start()
            let smol = try await FaultBench.Model("smol", node.addTwin("smol", "S"))
            let bench = FaultBench(
                node: node, bystander: try await .init("gemma", node.addFile("gemma", Installed.gemma()), isChat: false),
                rival: try await .init("twin", node.addTwin("twin", "T")))
            try await bench.limitMemory(beside: smol)
            let schedule = Self.schedule(
                FaultTrial.Stage.allCases, faults: Fault.allCases, trials: Campaign.trials(short: 6, long: 220), &random)
            try await bench.run(schedule, on: [smol], seed: seed)
            try Campaign.record("engine-faults", await bench.figures(seed: seed))
            try await node.remove()
        }

        /// Every pair of stage and fault equally often, in random order; a short run takes each stage as often as the others.
        private static func schedule(
            _ stages: [FaultTrial.Stage], faults: [Fault], trials: Int, _ random: inout SplitMix64
        ) -> [FaultTrial] {
            var pairs: [(FaultTrial.Stage, Fault)] = []
            var order = [FaultTrial.Stage: [Fault]]()
            while pairs.count < trials {
                for stage in stages.shuffled(using: &random) {
                    if order[stage, default: []].isEmpty { order[stage] = faults.shuffled(using: &random) }
                    if let fault = order[stage]?.popLast() { pairs.append((stage, fault)) }
                }
            }
            return pairs.prefix(trials).enumerated().map { FaultTrial($1.0, $1.1, number: $0, &random) }
        }
    }
}

extension TestNode {
    /// - Returns: what `POST /holdfast/v1/models/NAME` says.
    func addFile(_ name: String, _ path: String) async throws -> JSONValue {
        try await cli("model", "add", path, "--name", name, "--json", within: .seconds(600)).succeeded()
        return ["model": try await get(admin, "/holdfast/v1/models/\(name)").json]
    }

    /// SmolLM2 with another first letter in its own name: another digest, and another engine.
    func addTwin(_ name: String, _ letter: Character) async throws -> JSONValue {
        var bytes = try Data(contentsOf: URL(filePath: Installed.smolLM()))
        guard let found = bytes.prefix(4096).firstRange(of: Data("Smollm2 135M".utf8)), let value = letter.asciiValue else {
            throw TestFailure("the model's name is not where it was")
        }
        bytes[found.lowerBound] = value
        let path = "\(folder)/\(name).gguf"
        try bytes.write(to: URL(filePath: path))
        defer { unlink(path) }
        return try await addFile(name, path)
    }
}
