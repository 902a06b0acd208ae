import Foundation
import HoldfastAPI
import HoldfastCore

extension FuzzTarget {
    /// Bodies of requests, each as every operation that takes one would read it.
    static let bodies = FuzzTarget("bodies") { input in
        let data = Data(input)
        if let chat = try read(ChatCompletionRequest.self, data) {
            try require(!chat.messages.isEmpty, "a chat without a message")
            try check(chat.sampling)
        }
        if let completion = try read(CompletionRequest.self, data) { try check(completion.sampling) }
        for body in admin { _ = try accepted(refusals) { try body(data) } }
    }

    private static let refusals: Set<HoldfastError.Code> = [
        .invalidRequest, .unsupportedParameter, .nameInvalid, .digestInvalid, .policyInvalid, .modelNotFound,
    ]

    private static let admin: [@Sendable (Data) throws -> Void] = [
        { _ = try RequestDecoding.decode(PruneBody.self, from: $0) }, { _ = try RequestDecoding.decode(SocketCreateBody.self, from: $0) },
        { _ = try RequestDecoding.decode(AliasBody.self, from: $0) }, { _ = try RequestDecoding.decode(PolicyApplyBody.self, from: $0) },
        { _ = try RequestDecoding.decode(PolicyRollbackBody.self, from: $0) }, { _ = try RequestDecoding.decode(CanBody.self, from: $0) },
        { _ = try RequestDecoding.decode(PolicyDiffBody.self, from: $0) },
        { _ = try RequestDecoding.decode(TokenCreateBody.self, from: $0) },
        { _ = try RequestDecoding.decode(EngineUseBody.self, from: $0) }, { _ = try RequestDecoding.decode(BackupBody.self, from: $0) },
        { _ = try RequestDecoding.decode(DecommissionBody.self, from: $0) },
    ]

    private static func read<Body: Decodable>(_ type: Body.Type, _ data: Data) throws -> Body? {
        try accepted(refusals) { try RequestDecoding.decode(Body.self, from: data) }
    }

    /// What the engine is handed must lie in the ranges docs/compatibility.md gives.
    private static func check(_ fields: SamplingFields) throws {
        try require(fields.temperature.map { (0...2).contains($0) } ?? true, "temperature \(fields.temperature ?? 0)")
        try require(fields.topP.map { (0...1).contains($0) } ?? true, "top_p \(fields.topP ?? 0)")
        try require(fields.maxTokens.map { $0 >= 1 } ?? true, "max_tokens \(fields.maxTokens ?? 0)")
        try require(fields.stop.allSatisfy { !$0.isEmpty }, "an empty stop sequence")
        try require(!fields.auditParameters.values.contains { !CanonicalJSON.integerRange.contains($0) }, "parameters no record can hold")
    }
}
