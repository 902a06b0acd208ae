import Synchronization

/// How often something came.
final class Progress: Sendable {
    private let pieces = Atomic<Int>(0)

    func note() { pieces.wrappingAdd(1, ordering: .relaxed) }
    var count: Int { pieces.load(ordering: .relaxed) }
}
