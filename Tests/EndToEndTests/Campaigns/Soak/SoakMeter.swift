import Foundation
import HoldfastTestSupport

/// The daemon's memory, descriptors and queues, once a second.
actor SoakMeter {
    private(set) var resident: [Int64] = []
    private(set) var descriptors: [Int64] = []
    private(set) var longestQueue: Int64 = 0
    private(set) var mostReserved: Int64 = 0
    let node: TestNode

    init(_ node: TestNode) { self.node = node }

    func run(until deadline: ContinuousClock.Instant) async throws {
        while ContinuousClock.now < deadline {
            guard let status = try? await node.status() else { continue }
            resident.append(try residentBytes())
            descriptors.append(Int64(try NodeAccounts(node: node).openDescriptors()))
            longestQueue = max(longestQueue, status["limits"]["queued_requests"].integer ?? 0)
            mostReserved = max(mostReserved, status["memory"]["reserved_by_models_bytes"].integer ?? 0)
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// Medians of the three thirds of what was measured, without the first tenth, in which everything is done for the first time.
    static func thirds(_ values: [Int64]) -> [Int64] {
        let rest = Array(values.dropFirst(values.count / 10))
        let size = max(1, rest.count / 3)
        return (0..<3).map { third in
            let part = rest.dropFirst(third * size).prefix(size).sorted()
            return part.isEmpty ? 0 : part[part.startIndex + part.count / 2]
        }
    }

    private func residentBytes() throws -> Int64 {
        let text = try String(contentsOfFile: "/proc/\(node.daemon.pid)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        guard let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap({ Int64($0) }) else {
            throw TestFailure("no VmRSS of \(try node.daemon.pid)")
        }
        return kilobytes << 10
    }
}
