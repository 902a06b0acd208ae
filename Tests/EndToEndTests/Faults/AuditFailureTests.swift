import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// A state directory whose disk is really full, under the real daemon.
    @Suite(.enabled(if: OtherUser.canBecome, "only root can mount"))
    struct AuditFailureTests {
        @Test("A full disk: refuse_all refuses with the reason, records that, and serves again when there is room")
        func refuseAll() async throws {
            try await Self.node("refuse_all") { node, disk in
                try disk.fill()
                let refused = try await Self.firstRefusal(node)
                #expect([503, 507].contains(refused.status), "\(refused.status) \(refused.text)")
                for answer in [
                    try await node.chat("m"), try await node.get(node.admin, "/holdfast/v1/models"), try await Self.alias(node, "late"),
                ] {
                    #expect(answer.status == 503 && answer.code == "audit_unavailable", "\(answer.status) \(answer.text)")
                    #expect(answer.text.contains("The disk is full"))
                }
                #expect(try await node.get(node.admin, "/healthz").status == 503)
                // What an operator needs goes on.
                let status = try await node.status()
                #expect(status["health"] == "degraded" && status["audit"]["reserve_ready"] == false)
                let records = try await node.records("operation=inference.chat&outcome=failed")
                #expect(records.contains { $0["outcome"]["code"] == "audit_unavailable" }, "the refusal itself is recorded")
                let verified = try await node.cli("audit", "verify")
                #expect(verified.status == 0, "\(verified)")
                let officer = OtherUser(uid: 2001)
                #expect(
                    try await officer.send("POST", node.admin, "/holdfast/v1/audit/prune", body: ["before": 1, "dry_run": true]).status
                        == 200)

                try disk.makeRoom()
                try await Self.serves(node)
                #expect(try await node.chat("m").status == 200)
                #expect(try await node.records("operation=audit.failing").count >= 1)
                #expect(try await node.records("operation=audit.restored").count >= 1)
                #expect(try await node.cli("audit", "verify").status == 0)
            }
        }

        @Test("A full disk: refuse_privileged goes on with inference, refuses changes, and writes the records later")
        func refusePrivileged() async throws {
            try await Self.node("refuse_privileged") { node, disk in
                try disk.fill()
                _ = try await Self.firstRefusal(node)
                let answer = try await node.chat("m")
                #expect(answer.status == 200, "\(answer.text)")
                #expect(try await node.get(node.admin, "/holdfast/v1/models").status == 200)
                #expect(try await Self.alias(node, "late").code == "audit_unavailable")
                #expect(try await node.status()["audit"]["deferred"].integer ?? 0 >= 2)
                #expect(try await node.records(of: answer.requestID).isEmpty)
                try disk.makeRoom()
                try await Self.serves(node)
                try await eventually("the records that waited are written") { try await node.records(of: answer.requestID).count == 2 }
                let restored = try await eventually("the gap is recorded") { try await node.records("operation=audit.restored").first }
                #expect(restored["params"]["deferred"].integer ?? 0 >= 2)
                #expect(try await node.cli("audit", "verify").status == 0)
            }
        }

        @Test("The node starts on a full disk, says so, and loses nothing")
        func startsFull() async throws {
            try await Self.node("refuse_all") { node, disk in
                try disk.fill()
                _ = try await Self.firstRefusal(node)
                let size = try await node.status()["audit"]["records"].integer ?? 0
                try await node.stop(SIGKILL)
                let process = try node.begin()
                try await eventually("the node answers") { (try? await node.status()) != nil || process.status() != nil }
                #expect(process.status() == nil, "\(process.errors)")
                #expect(try await node.status()["audit"]["records"].integer ?? 0 >= size)
                try disk.makeRoom()
                try await Self.serves(node)
                #expect(try await node.cli("audit", "verify").status == 0)
            }
        }

        // MARK: Support

        static let policy = """
            version: 1
            bindings:
              - {role: records-officer, subjects: ["uid:2001"]}
            """

        private static func node(_ onFailure: String, _ body: (TestNode, FullDisk) async throws -> Void) async throws {
            var settings = TestNode.Settings()
            settings.scriptedEngine = true
            settings.policies = ["officers.yaml": policy]
            settings.environment = [
                "HOLDFAST_AUDIT_ON_FAILURE": onFailure, "HOLDFAST_AUDIT_RESERVE": "2MiB", "HOLDFAST_STORAGE_RESERVE": "0",
                "HOLDFAST_SOCKETS_ADMIN_MODE": "0666",
            ]
            let node = try TestNode(settings)
            let disk = try FullDisk(at: node.state)
            do {
                try await node.start()
                try await node.add("m")
                #expect(try await node.chat("m").status == 200)
                try await body(node, disk)
            } catch {
                let said = node.log
                _ = try? await node.stop()
                try disk.unmount()
                try? await node.remove()
                throw TestFailure("\(error)\nholdfastd said: \(said.suffix(3000))")
            }
            _ = try? await node.stop()
            try disk.unmount()
            try await node.remove()
        }

        private static func alias(_ node: TestNode, _ name: String) async throws -> HTTPAnswer {
            try await node.post(node.admin, "/holdfast/v1/models/m/aliases", ["alias": .string(name)])
        }

        /// Changes until one does not fit any more.
        private static func firstRefusal(_ node: TestNode) async throws -> HTTPAnswer {
            for number in 0..<5000 {
                let answer = try await alias(node, "alias-\(number)")
                if answer.status != 200 { return answer }
            }
            throw TestFailure("the disk is never full")
        }

        private static func serves(_ node: TestNode) async throws {
            try await eventually("the node serves again") { try await node.get(node.admin, "/healthz").status == 200 }
        }
    }
}

/// A tmpfs of eight MiB, and a file that fills it.
private final class FullDisk: Sendable {
    private let path: String

    init(at path: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Self.run("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", path])
    }

    func fill() throws {
        let program = """
            import sys
            with open(sys.argv[1], "wb", buffering=0) as f:
                try:
                    while True: f.write(bytes(4096))
                except OSError: pass
            """
        try Self.run("/usr/bin/python3", ["-IBc", program, path + "/filler"])
    }

    func makeRoom() throws { try FileManager.default.removeItem(atPath: path + "/filler") }

    func unmount() throws { try Self.run("/usr/bin/umount", ["-l", path]) }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let finished = try TestProcess.finish(program, arguments)
        guard finished.status == 0 else { throw TestFailure("\(program): \(finished.errors)") }
    }
}
