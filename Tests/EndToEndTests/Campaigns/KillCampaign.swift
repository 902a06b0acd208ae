import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// kill -9 of holdfastd while clients add, chat, load, rename and policies change: what was acknowledged is there afterwards.
    @Suite struct KillCampaign {
        @Test("Nothing acknowledged is lost to kill -9, and no engine outlives the node")
        func kills() async throws {
            let trials = Campaign.trials(short: 8, long: 100)
            let seed = Campaign.seed
            var random = SplitMix64(seed: seed)
            var settings = TestNode.Settings()
            settings.scriptedEngine = true
            settings.policies = ["node.yaml": KillCampaignPolicy.text(0)]
            let node = try TestNode(settings)
            let ledger = Ledger()
            try await node.start()
            let slowDigest = try await Self.prepare(node, ledger)
            var lost = 0
            var midLoad = 0
            var checked = 0
            var slowestEnd = Duration.zero

            for trial in 0..<trials {
                let comment = "trial \(trial), HOLDFAST_CAMPAIGN_SEED=\(seed)"
                let before = await ledger.requests.count
                let work = Task { [trial] in
                    let isReal = trial % 4 == 3
                    await Workload(
                        node: node, ledger: ledger, trial: trial, chatModel: isReal ? "smol" : "fast",
                        streamModel: isReal ? "smol" : "slow-say"
                    ).run()
                }
                if trial % 4 == 1 {
                    // While an engine loads: it answers 503 for thousands of polls.
                    try await eventually("an engine loads") {
                        RunningProcesses.engines(runtime: node.runtime).values.contains { $0.contains(slowDigest) }
                    }
                    midLoad += 1
                }
                // Not to wait for anything: to hit another moment each time.
                try await Task.sleep(for: .milliseconds(Int.random(in: 5...1200, using: &random)))
                let engines = RunningProcesses.engines(runtime: node.runtime)
                #expect(try await node.stop(SIGKILL) == 128 + SIGKILL, "\(comment)")
                let killed = ContinuousClock.now
                try await eventually("no engine is left of \(engines); \(comment)", within: .seconds(2)) {
                    RunningProcesses.engines(runtime: node.runtime).isEmpty
                }
                slowestEnd = max(slowestEnd, ContinuousClock.now - killed)
                await work.value

                #expect(try Self.integrity(node) == "ok\n", "\(comment)")
                let verified = try await node.cli("audit", "verify", "--state", node.state)
                #expect(verified.status == 0, "\(comment): \(verified)")
                try await node.start(extra: (trial + 1) % 4 == 3 ? ["HOLDFAST_ENGINE_PATH": try Self.realEngine()] : [:])
                let losses = try await Self.losses(node, ledger, from: before)
                #expect(losses.isEmpty, "\(comment): \(losses.prefix(10))")
                lost += losses.count
                checked = await ledger.requests.count
            }

            // Once more over everything: what was there after one crash must be there after all of them.
            let losses = try await Self.losses(node, ledger, from: 0)
            #expect(losses.isEmpty, "\(losses.prefix(10))")
            #expect(try await node.cli("model", "verify", "--all").status == 0)
            #expect(try await node.cli("audit", "verify").status == 0)
            #expect(await ledger.changes > trials && checked > trials, "the clients did work")
            let interrupted = try await node.records("outcome=interrupted&operation=inference&limit=1000").count
            #expect(interrupted > 0, "no kill met a running answer")
            let changes = await ledger.changes
            try Campaign.record(
                "kill-9",
                [
                    "trials": .integer(Int64(trials)), "kills_in_mid_load": .integer(Int64(midLoad)), "seed": .string(String(seed)),
                    "acknowledged_changes": .integer(Int64(changes)), "acknowledged_requests": .integer(Int64(checked)),
                    "answers_cut_off": .integer(Int64(interrupted)), "lost": .integer(Int64(lost)), "engines_left_after_2_s": 0,
                    "slowest_end_of_an_engine_ms": .integer(
                        slowestEnd.components.seconds * 1000 + slowestEnd.components.attoseconds / 1_000_000_000_000_000),
                    "audit_records": try await node.status()["audit"]["records"],
                ])
            try await node.remove()
        }

        /// - Returns: the digest, in hexadecimal, of the model whose engine loads for ever: part of its engine's command line.
        private static func prepare(_ node: TestNode, _ ledger: Ledger) async throws -> String {
            for (name, script) in [("fast", ""), ("slow-load", "load:503x100000"), ("slow-say", "say:slow")] {
                let added = try await node.add(name, script: script)
                await ledger.acknowledge(name + ":latest", added["model"]["digest"].string)
            }
            try await node.addSmolLM()
            await ledger.acknowledge("smol:latest", try await node.get(node.admin, "/holdfast/v1/models/smol").json["digest"].string)
            return String(await ledger.names["slow-load:latest"]?.dropFirst(7) ?? "none")
        }

        private static func losses(_ node: TestNode, _ ledger: Ledger, from start: Int) async throws -> [String] {
            let models = try await node.get(node.admin, "/holdfast/v1/models").json["models"].array
            var names: [String: String] = [:]
            for model in models {
                for name in model["names"].array { names[name.string ?? "?"] = model["digest"].string }
            }
            var losses = await ledger.differences(from: names)
            for request in await ledger.requests.dropFirst(start) {
                let records = try await node.records(of: request.id)
                let phases = records.compactMap { $0["phase"].string }
                if phases != ["event"], phases != ["intent", "outcome"] {
                    losses.append("request \(request.id): \(phases)")
                } else if request.completed, records.last?["outcome"]["result"] == "interrupted" {
                    losses.append("request \(request.id) was answered and is recorded as interrupted")
                }
            }
            return losses
        }

        /// Of a copy, so that the node itself does the recovery.
        private static func integrity(_ node: TestNode) throws -> String {
            let program = """
                import glob, shutil, sqlite3, sys, tempfile
                with tempfile.TemporaryDirectory() as folder:
                    for path in glob.glob(sys.argv[1] + "/holdfast.db*"): shutil.copy(path, folder)
                    print(sqlite3.connect(folder + "/holdfast.db").execute("PRAGMA integrity_check").fetchone()[0])
                """
            let finished = try TestProcess.finish("/usr/bin/python3", ["-IBc", program, node.state])
            return finished.output + finished.errors
        }

        private static func realEngine() throws -> String {
            let found = ["native", "dev"].map { "\(Installed.prefix)/engines/\($0)/bin/llama-server" }.first {
                FileManager.default.isExecutableFile(atPath: $0)
            }
            guard let found else { throw TestFailure("no engine is installed. Run: scripts/setup") }
            return found
        }
    }
}
