import Foundation
import Glibc
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Half an hour (in `make test`, twenty seconds) of everything at once: models that do not fit together, subjects of every priority, prompts
    /// known and new, hang-ups, bursts, wrong requests, loads and unloads. HOLDFAST_SOAK_SECONDS says how long.
    @Suite struct SoakCampaign {
        private static let subjects = [
            "desk": "interactive", "panel": "interactive", "shop": "normal", "stock": "normal", "night": "batch",
        ]

        private static var seconds: Int {
            ProcessInfo.processInfo.environment["HOLDFAST_SOAK_SECONDS"].flatMap(Int.init) ?? Campaign.trials(short: 20, long: 1800)
        }

        @Test("Under everything at once nothing leaks, no queue grows without bound, and the trail has each request's start and end")
        func soak() async throws {
            let seed = Campaign.seed
            var random = SplitMix64(seed: seed)
            var settings = TestNode.Settings()
            settings.environment = [
                "HOLDFAST_MEMORY_BUDGET": Campaign.isLong ? "2GiB" : "1GiB", "HOLDFAST_ENGINE_QUEUE": "16",
                "HOLDFAST_ENGINE_QUEUE_PER_SUBJECT": "6", "HOLDFAST_ENGINE_KEEP_ALIVE": "30s", "HOLDFAST_PREFIX_CACHE_IDLE_SECONDS": "1",
            ]
            settings.policies["soak.yaml"] =
                "version: 1\nbindings:\n"
                + Self.subjects.map { "  - {role: user, subjects: [\"app:\($0)\"], priority: \($1)}\n" }.sorted().joined()
            let node = try TestNode(settings)
            try await node.start()
            let models = try await Self.models(node)
            for name in Self.subjects.keys { try await node.cli("access", "socket", "create", name).succeeded() }
            let accounts = NodeAccounts(node: node)
            let descriptors = try accounts.openDescriptors()
            let (ledger, meter) = (SoakLedger(), SoakMeter(node))
            let deadline = ContinuousClock.now + .seconds(Self.seconds)

            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await meter.run(until: deadline) }
                for name in Self.subjects.keys.sorted() {
                    let client = SoakClient(
                        node: node, ledger: ledger, socket: "\(node.runtime)/apps/\(name)/api.sock", models: models, seed: random.next(),
                        deadline: deadline)
                    group.addTask { await client.run() }
                }
                do { try await group.waitForAll() } catch {
                    throw TestFailure("\(error); HOLDFAST_CAMPAIGN_SEED=\(seed); holdfastd said: \(node.log.suffix(2000))")
                }
            }

            let comment = Comment(rawValue: "HOLDFAST_CAMPAIGN_SEED=\(seed)")
            try await accounts.checkNobodyIsServed(comment.rawValue)
            for model in models { _ = try await node.post(node.admin, "/holdfast/v1/models/\(model.names[0])/unload") }
            try await eventually("no engine is left") { RunningProcesses.engines(runtime: node.runtime).isEmpty }
            #expect(try await node.status()["memory"]["reserved_by_models_bytes"] == 0, comment)
            #expect(try accounts.openDescriptors() <= descriptors + 4, comment)
            let records = try await accounts.allRecords()
            let differences = await ledger.differences(from: records)
            #expect(differences.isEmpty, "\(differences.prefix(10)); \(comment)")
            let surprises = await ledger.surprises
            #expect(surprises.isEmpty, "\(surprises.prefix(10)); \(comment)")
            #expect(try await node.cli("audit", "verify").status == 0, comment)
            #expect(await meter.longestQueue <= Int64(models.count * 3 * 16), comment)
            #expect(await meter.mostReserved <= (Campaign.isLong ? 2 : 1) << 30, comment)
            let figures = try await Self.figures(node, ledger, meter, records, differences.count, seed)
            // In seconds nothing has settled yet.
            if Campaign.isLong, Self.seconds >= 300 { Self.checkFlat(await meter.resident, await meter.descriptors) }
            try Campaign.record("soak", figures)
            try await node.remove()
        }

        private static func checkFlat(_ resident: [Int64], _ descriptors: [Int64]) {
            let memory = SoakMeter.thirds(resident)
            #expect(memory[2] <= memory[1] + 2 << 20 && memory[2] <= memory[0] + 6 << 20, "resident memory grows: \(memory)")
            let open = SoakMeter.thirds(descriptors)
            #expect(open[2] <= open[0] + 10, "open descriptors grow: \(open)")
        }

        private static func figures(
            _ node: TestNode, _ ledger: SoakLedger, _ meter: SoakMeter, _ records: [JSONValue], _ missing: Int, _ seed: UInt64
        ) async throws -> [String: JSONValue] {
            let starts = records.count { $0["op"] == "engine.start" && $0["outcome"]["result"] != "failed" }
            let evictions = records.count { $0["op"] == "engine.release" && $0["params"]["evicted"] == 1 }
            let codes = await ledger.codes.mapValues { JSONValue.integer(Int64($0)) }
            let (memory, open) = (SoakMeter.thirds(await meter.resident), SoakMeter.thirds(await meter.descriptors))
            return [
                "seconds": .integer(Int64(seconds)), "seed": .string(String(seed)),
                "requests_let_in": .integer(Int64(await ledger.admitted.count)), "answered_whole": .integer(Int64(await ledger.whole)),
                "hung_up": .integer(Int64(await ledger.cancelled)), "hung_up_before_a_head": .integer(Int64(await ledger.hungUpEarly)),
                "refused_unread": .integer(Int64(await ledger.refused)), "errors": .object(codes),
                "answers_with_cached_prefix": .integer(Int64(await ledger.cached)), "engine_starts": .integer(Int64(starts)),
                "evictions": .integer(Int64(evictions)), "longest_queue": .integer(await meter.longestQueue),
                "most_memory_counted_bytes": .integer(await meter.mostReserved), "audit_records": .integer(Int64(records.count)),
                "records_missing_or_twice": .integer(Int64(missing)),
                "resident_bytes_medians_of_thirds": .array(memory.map { .integer($0) }),
                "descriptors_medians_of_thirds": .array(open.map { .integer($0) }),
            ]
        }

        /// SmolLM2 and Gemma, each in other quantizations, where `llama-quantize` is there; all of them need more than the budget.
        private static func models(_ node: TestNode) async throws -> [SoakModel] {
            _ = try await node.addFile("smol", Installed.smolLM())
            _ = try await node.addFile("gemma", Installed.gemma())
            try await node.cli("model", "alias", "smol", "helper").succeeded()
            var models = [SoakModel(names: ["smol", "helper"], isChat: true), SoakModel(names: ["gemma"], isChat: false)]
            let quantize = "\(Installed.prefix)/engines/native/bin/llama-quantize"
            guard Campaign.isLong, access(quantize, X_OK) == 0 else {
                _ = try await node.addTwin("twin", "T")
                return models + [SoakModel(names: ["twin"], isChat: true)]
            }
            for (name, source, type, isChat) in [
                ("smol-q8", try Installed.smolLM(), "Q8_0", true), ("smol-f16", try Installed.smolLM(), "F16", true),
                ("smol-q4", try Installed.smolLM(), "Q4_0", true), ("gemma-q8", try Installed.gemma(), "Q8_0", false),
            ] {
                let path = "\(node.folder)/\(name).gguf"
                defer { unlink(path) }
                let made = try await TestProcess.run(quantize, ["--allow-requantize", source, path, type, "1"], within: .seconds(600))
                guard made.status == 0 else { throw TestFailure("llama-quantize \(type): \(made.errors.suffix(400))") }
                _ = try await node.addFile(name, path)
                models.append(SoakModel(names: [name], isChat: isChat))
            }
            return models
        }
    }
}
