import Foundation
import HoldfastTestSupport
import Testing

/// What must hold of a node when nobody asks anything of it.
struct NodeAccounts: Sendable {
    let node: TestNode

    /// Nobody is at work and nobody waits.
    func checkNobodyIsServed(_ comment: String) async throws {
        #expect(try node.daemon.status() == nil, "the daemon has ended: \(node.log.suffix(2000)); \(comment)")
        try await eventually("all slots are free and nobody waits; \(comment)") {
            let status = try await node.status()
            let engines = try await node.engines()
            return status["limits"]["requests"] == 0 && status["limits"]["queued_requests"] == 0
                && engines.allSatisfy { $0["busy_slots"] == 0 && $0["waiting"].keys.isEmpty }
        }
    }

    /// No process, folder or memory but this model's.
    func checkOnlyOneIsLeft(_ digest: String, _ comment: String) async throws {
        try await eventually("no engine but one is left; \(comment)") {
            let left = RunningProcesses.engines(runtime: node.runtime)
            return left.count == 1 && left.values.allSatisfy { $0.contains(digest) }
        }
        let engines = try await node.engines()
        let reserved = try await node.status()["memory"]["reserved_by_models_bytes"]
        #expect(engines.count == 1 && reserved == engines[0]["reserved_bytes"], "memory is counted for nobody: \(reserved); \(comment)")
        try await eventually("no folder of an engine is left; \(comment)") {
            try FileManager.default.contentsOfDirectory(atPath: node.runtime + "/engines").count == 1
                && ((try? FileManager.default.contentsOfDirectory(atPath: node.runtime + "/scratch")) ?? []).count <= 1
        }
    }

    /// Every record, oldest first.
    func allRecords() async throws -> [JSONValue] {
        var pages: [[JSONValue]] = []
        var before = ""
        while true {
            let answer = try await node.get(node.admin, "/holdfast/v1/audit/records?limit=1000\(before)")
            guard answer.status == 200 else { throw TestFailure("audit records: \(answer.status) \(answer.text)") }
            let entries = try answer.json["records"].array
            guard let oldest = entries.last?["index"].integer else { break }
            pages.append(try entries.map { try JSONValue(parsing: $0["text"].string ?? "") })
            before = "&before=\(oldest)"
        }
        return pages.reversed().flatMap { $0.reversed() }
    }

    /// Requests whose intent has no outcome.
    func openIntents() async throws -> [String] {
        let records = try await allRecords()
        let outcomes = Set(records.filter { $0["phase"] == "outcome" }.compactMap { $0["id"].string })
        return records.filter { $0["phase"] == "intent" }.compactMap { $0["id"].string }.filter { !outcomes.contains($0) }
    }

    func openDescriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(node.daemon.pid)/fd").count
    }
}
