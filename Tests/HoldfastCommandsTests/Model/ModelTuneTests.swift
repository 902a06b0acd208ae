import HoldfastCore
import Testing

@testable import HoldfastCommands

@Suite(.timeLimit(.minutes(1)))
struct ModelTuneTests {
    private static let digest = "sha256:" + String(repeating: "ab", count: 32)

    private func run(_ lines: [String], _ arguments: [String] = []) async throws -> (CommandStatus, TestWorld) {
        let node = try FakeNode { connection in
            connection.startStream("application/x-ndjson")
            for line in lines { connection.chunk(line + "\n") }
            connection.endStream()
        }
        defer { node.stop() }
        let world = TestWorld()
        return (try await world.run(["--runtime", node.runtime, "model", "tune", "a:1"] + arguments), world)
    }

    private static func measured(_ micro: Int, _ prompt: Int) -> String {
        """
        {"settings":{"micro_batch":\(micro),"flash_attention":true,"cache_type":"f16","speculation":"none"},"speed":{"prompt":\(prompt),"answer":9.75}}
        """
    }

    private static func result(stored: Bool, noise: Double = 0.03, inUse: Bool = false) -> String {
        """
        {"result":{"name":"a:1","digest":"\(digest)","engine":{"digest":"\(digest)","version":"llama.cpp 1"},"hardware":"x, 2 cores",\
        "stored":\(stored),"defaults":\(measured(128, 400)),"engine_defaults":\(measured(512, 300)),"best":\(measured(256, 500)),\
        "gain":{"total":1.2,"prompt":1.25,"answer":1},"engine_gain":{"total":1.5,"prompt":1.667,"answer":1},"noise":\(noise),"rounds":5,\
        "trials":30,"unsupported":[],"milliseconds":90000,"in_use":\(inUse),"pinned_prompts":\(inUse ? 2 : 0)}}
        """
    }

    private static let progress = [
        #"{"progress":{"stage":"coarse","done":1,"total":9}}"#, #"{"progress":{"stage":"coarse","done":2,"total":9}}"#,
        #"{"progress":{"stage":"waiting","done":0,"total":0}}"#,
    ]

    @Test func aGainIsSaidWithWhatItIsGoodFor() async throws {
        let (status, world) = try await run(Self.progress + [Self.result(stored: true)])
        #expect(status == .success)
        #expect(
            world.output.text == """
                a:1: 1.2 × as fast as with the defaults (prompt 1.25 ×, answer 1.0 ×; equal measurements differed by 3 %).
                Stored for llama.cpp 1 on x, 2 cores, and used from the next load on; holdfast model tune a:1 --reset goes back.
                                            PROMPT        ANSWER  SETTINGS
                llama.cpp's defaults  300 tokens/s  9.8 tokens/s  micro-batch 512, flash attention
                this node's defaults  400 tokens/s  9.8 tokens/s  micro-batch 128, flash attention
                chosen                500 tokens/s  9.8 tokens/s  micro-batch 256, flash attention
                Against llama.cpp's defaults: prompt 1.67 ×, answer 1.0 ×.

                """)
        #expect(
            world.errors.text == """
                tuning a:1: one setting changed at a time
                tuning a:1: waiting: the node has requests, and they come first

                """)
    }

    @Test func noGainIsSaidHonestlyAndNoiseIsBlamed() async throws {
        let (status, quiet) = try await run([Self.result(stored: false)])
        #expect(status == .success)
        #expect(
            quiet.output.text.hasPrefix(
                "a:1: the defaults are best here; the best of the others is 1.2 × as fast, and equal measurements differed by 3 %. Nothing is stored.\n"
            ))
        let (_, noisy) = try await run([Self.result(stored: false, noise: 0.5)])
        #expect(noisy.output.text.contains("try again when the machine has nothing else to do"))
    }

    @Test func whatGoesOnWithOldSettingsIsSaid() async throws {
        let (_, world) = try await run([Self.result(stored: true, inUse: true)])
        #expect(world.output.text.contains("The engine that is in use goes on as it was started"))
        #expect(world.output.text.contains("2 pinned prompts will be computed again after the next load."))
    }

    @Test func jsonIsTheResult() async throws {
        let (status, world) = try await run(Self.progress + [Self.result(stored: true)], ["--json"])
        #expect(status == .success)
        #expect(world.output.text.contains(#""micro_batch": 256"#) && !world.output.text.contains("progress"))
    }

    @Test func anErrorInTheStreamIsAnErrorAndSoIsAnEndWithoutAResult() async throws {
        let (busy, _) = try await run(Self.progress + [#"{"error":{"code":"engine_busy","message":"No time."}}"#])
        #expect(busy == .tryAgain)
        let (broken, world) = try await run(Self.progress)
        #expect(broken == .interrupted && world.errors.text.contains("Nothing was changed"))
    }
}
