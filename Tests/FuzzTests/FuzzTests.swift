import Foundation
import HoldfastFuzzing
import HoldfastTestSupport
import Testing

/// A few seconds of chance for each target, over its corpus; `make evidence` gives each ten minutes of libFuzzer.
@Suite(.serialized) struct FuzzTests {
    /// The same in every run, and another one each time.
    static let seeds: [UInt64] = [1, Campaign.seed]

    @Test("The corpus, found inputs among it, breaks nothing", arguments: FuzzTarget.all.map(\.name))
    func corpus(_ name: String) throws {
        let target = try target(name)
        for input in try Self.corpus(target) { try Self.run(target, input, "the corpus") }
    }

    @Test("Changed inputs break nothing", arguments: FuzzTarget.all.map(\.name), seeds)
    func changed(_ name: String, _ seed: UInt64) throws {
        let target = try target(name)
        var mutator = Mutator(corpus: try Self.corpus(target), maximumBytes: target.maximumBytes, seed: seed)
        for _ in 0..<Self.rounds { try Self.run(target, mutator.next(), "HOLDFAST_CAMPAIGN_SEED=\(seed)") }
    }

    @Test("No request gets an answer it should not, or takes the node down", arguments: seeds)
    func http(_ seed: UInt64) async throws {
        try await TestNode.with({ $0.environment["HOLDFAST_ENGINE_PATH"] = "/nonexistent/llama-server" }) { node in
            try await blocking {
                let fuzz = HTTPFuzz(api: node.api, admin: node.admin)
                let corpus = try Self.files(HTTPFuzz.name)
                for input in corpus { try Self.checking(input, "the corpus") { try fuzz.check(input) } }
                var mutator = Mutator(corpus: corpus, maximumBytes: HTTPFuzz.maximumBytes, seed: seed)
                for _ in 0..<400 {
                    let input = mutator.next()
                    try Self.checking(input, "HOLDFAST_CAMPAIGN_SEED=\(seed)") { try fuzz.check(input) }
                }
                try fuzz.checkAlive()
            }
        }
    }

    // MARK: Support

    /// HOLDFAST_FUZZ_ROUNDS for more.
    private static var rounds: Int { ProcessInfo.processInfo.environment["HOLDFAST_FUZZ_ROUNDS"].flatMap(Int.init) ?? 300 }

    private func target(_ name: String) throws -> FuzzTarget { try #require(FuzzTarget.all.first { $0.name == name }) }

    private static func run(_ target: FuzzTarget, _ input: [UInt8], _ origin: String) throws {
        try checking(input, origin) { try target.check(input) }
    }

    private static func checking(_ input: [UInt8], _ origin: String, _ body: () throws -> Void) throws {
        do { try body() } catch {
            throw TestFailure("\(error); \(origin); the input in base 64: \(Data(input).base64EncodedString())")
        }
    }

    private static func corpus(_ target: FuzzTarget) throws -> [[UInt8]] {
        let corpus = try target.seeds() + files(target.name)
        guard !corpus.isEmpty else { throw TestFailure("\(target.name) has no corpus") }
        return corpus
    }

    private static func files(_ name: String) throws -> [[UInt8]] {
        let folder = "\(SourceTree.root)/Fuzz/corpus/\(name)"
        return try (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted().map {
            Array(try Data(contentsOf: URL(filePath: "\(folder)/\($0)")))
        } ?? []
    }
}
