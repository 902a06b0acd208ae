/// Something that takes bytes from outside, and what must be true whatever they are.
public struct FuzzTarget: Sendable {
    public let name: String
    /// Longer inputs are not tried.
    public let maximumBytes: Int
    /// Inputs made by the code itself; those in `Fuzz/corpus/NAME` come beside them.
    public let seeds: @Sendable () throws -> [[UInt8]]
    /// - Throws: ``BrokenPromise``; whatever else comes out of it is a finding too.
    public let check: @Sendable ([UInt8]) throws -> Void

    init(
        _ name: String, maximumBytes: Int = 4096, seeds: @escaping @Sendable () throws -> [[UInt8]] = { [] },
        check: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        self.name = name
        self.maximumBytes = maximumBytes
        self.seeds = seeds
        self.check = check
    }

    /// Those that need nothing but the input. ``HTTPFuzz`` needs a node.
    public static let all = [canonicalJSON, notes, proofs, exports, policies, gguf, bodies, frames, archives, tuf, manifests]
}

/// What a target found not to be so.
public struct BrokenPromise: Error, CustomStringConvertible {
    public let description: String
}

func require(_ isTrue: Bool, _ what: @autoclosure () -> String) throws {
    guard isTrue else { throw BrokenPromise(description: what()) }
}
