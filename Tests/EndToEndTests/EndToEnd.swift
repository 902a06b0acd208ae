import HoldfastTestSupport
import Testing

/// The real programs with the real engine. One after the other: each runs an engine, and there are few cores.
@Suite(.serialized) enum EndToEnd {}

extension TestNode {
    /// A node with the demo model as `smol`.
    static func withSmolLM<Value: Sendable>(
        _ configure: (inout Settings) -> Void = { _ in }, _ body: (TestNode) async throws -> Value
    ) async throws -> Value {
        try await with(configure) { node in
            try await node.addSmolLM()
            return try await body(node)
        }
    }
}

extension TestProcess.Finished {
    /// For commands that must succeed on the way to what is tested.
    @discardableResult func succeeded() throws -> TestProcess.Finished {
        guard status == 0 else { throw TestFailure("status \(status): \(output) \(errors)") }
        return self
    }
}
