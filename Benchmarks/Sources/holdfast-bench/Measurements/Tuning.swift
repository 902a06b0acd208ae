import Foundation

/// `holdfast model tune` on both models: what it gains over llama.cpp's defaults, which it measures itself, in turn with its choice.
enum Tuning {
    private struct Speed: Decodable {
        let prompt: Double
        let answer: Double
    }

    private struct Measured: Decodable { let speed: Speed }

    /// Of `model tune --json`, what is reported.
    private struct Answer: Decodable {
        struct Gain: Decodable {
            let total: Double
            let prompt: Double
            let answer: Double
        }

        let stored: Bool
        let defaults: Measured
        let engineDefaults: Measured?
        let best: Measured?
        let gain: Gain
        let engineGain: Gain?
        let noise: Double
        let rounds: Int
        let milliseconds: Double
    }

    static func run(_ context: BenchContext) async throws -> [Row] {
        let node = try context.node()
        var rows: [Row] = []
        for (name, title) in [("smollm2", "SmolLM2"), ("gemma", "Gemma")] {
            try node.holdfast("model", "add", try context.model(name), "--name", name)
            let output = "\(context.disk.path)/tune-\(name).json"
            try Child.run(
                [context.programs + "/holdfast", "model", "tune", name, "--json"], environment: ["HOLDFAST_RUNTIME": node.runtime],
                output: output)
            let answer = try read(output)
            rows += try [
                row("tune_prompt_\(name)", "\(title): prompt, tuned", answer, \.prompt, answer.engineGain?.prompt),
                row("tune_answer_\(name)", "\(title): answer, tuned", answer, \.answer, answer.engineGain?.answer),
            ]
        }
        return rows
    }

    private static func row(
        _ key: String, _ name: String, _ answer: Answer, _ part: KeyPath<Speed, Double>, _ ratio: Double?
    ) throws -> Row {
        guard let engine = answer.engineDefaults, let ratio else { throw BenchError("tune had no time for llama.cpp's defaults") }
        let used = answer.stored ? answer.best ?? answer.defaults : answer.defaults
        return Row(
            key: key, name: name, figure: used.speed[keyPath: part], unit: "t/s", baseline: engine.speed[keyPath: part],
            beside: "llama.cpp's defaults", ratio: ratio, rounds: answer.rounds, spread: [],
            details: [
                "stored": answer.stored ? 1 : 0, "noise": answer.noise, "seconds": answer.milliseconds / 1000,
                "gain_over_node_defaults": answer.stored ? answer.gain.total : 1,
            ])
    }

    /// What the command wrote: progress, which goes to standard error, stands before the JSON.
    private static func read(_ path: String) throws -> Answer {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        guard let start = text.firstRange(of: "\n{")?.lowerBound ?? text.firstIndex(of: "{") else { throw BenchError("tune said: \(text)") }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Answer.self, from: Data(text[start...].utf8))
    }
}
