import Foundation
import HoldfastAPI
import HoldfastCore
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Every operation of the table has a denial case, found by enumerating the table: a new operation gets one without anybody's doing.
    @Suite(.enabled(if: OtherUser.canBecome, "only root can start processes of other uids"))
    struct DenialTests {
        private static func request(_ operation: HoldfastAPI.Operation, _ node: TestNode, origin: Bool = false) -> OtherUser.Request {
            let path = operation.path.replacingOccurrences(of: "{name}", with: "present").replacingOccurrences(of: "{id}", with: "0")
            return OtherUser.Request(
                operation.socket == .api ? node.api : node.admin, operation.method.rawValue, path,
                headers: origin ? ["Origin": "http://localhost"] : [:], body: operation.method == .post ? "{\"model\":\"present\"}" : nil)
        }

        @Test("Every operation refuses a stranger, in its surface's shape, and the refusal is in the trail")
        func everyOperation() async throws {
            try await TestNode.with({ $0.environment = ["HOLDFAST_SOCKETS_ADMIN_MODE": "0666"] }) { node in
                try await node.add("present")
                let operations = HoldfastAPI.Operation.all.filter { if case .verb = $0.access { true } else { false } }
                #expect(operations.count > 15)
                let before = try await node.status()["audit"]["records"].integer ?? 0
                let answers = try await OtherUser(uid: 4321).send(operations.map { Self.request($0, node) })
                for (operation, answer) in zip(operations, answers) {
                    #expect(
                        answer.status == 403 && answer.code == "access_denied", "\(operation.id) on \(operation.socket): \(answer.text)")
                    try Self.checkShape(answer, operation)
                    let records = try await node.records(of: answer.requestID)
                    #expect(
                        records.contains {
                            $0["outcome"]["result"] == "denied" && $0["op"].string == operation.id && $0["actor"]["uid"] == 4321
                                && $0["actor"]["socket"].string == operation.socket.rawValue && $0["actor"]["role"].isNull
                        }, "\(operation.id): \(records)")
                }
                #expect(try await node.status()["audit"]["records"].integer ?? 0 >= before + Int64(operations.count))
                #expect(try await node.status()["models"]["count"] == 1, "nothing was removed")
            }
        }

        @Test("What is open to any caller is closed to browsers, and so is all else")
        func origins() async throws {
            try await TestNode.with { node in
                for operation in HoldfastAPI.Operation.all {
                    let request = Self.request(operation, node)
                    let body = request.body.map { Array($0.utf8) }
                    let answer = try await HTTPCall.send(
                        request.socket, request.method, request.path, headers: ["Origin: http://localhost"], body: body)
                    #expect(answer.status == 403 && answer.code == "origin_refused", "\(operation.id): \(answer.text)")
                    try Self.checkShape(answer, operation)
                }
                let denied = try await node.records("outcome=denied&limit=1000")
                for operation in HoldfastAPI.Operation.all {
                    #expect(
                        denied.contains { $0["op"].string == operation.id && $0["outcome"]["code"] == "origin_refused" }, "\(operation.id)")
                }
            }
        }

        @Test("No administrative operation exists on api.sock, for uid 0 neither")
        func administrationOnAPI() async throws {
            try await TestNode.with { node in
                try await node.add("present")
                for operation in HoldfastAPI.Operation.administration where operation.path != "/healthz" {
                    let request = Self.request(operation, node)
                    let answer = try await HTTPCall.send(node.api, request.method, request.path, body: request.body.map { Array($0.utf8) })
                    #expect(answer.status == 404 && answer.code == "unknown_operation", "\(operation.id): \(answer.text)")
                }
                #expect(try await node.status()["models"]["count"] == 1)
            }
        }

        @Test("Unknown paths and methods are denied and audited like any other", arguments: ["api", "admin"])
        func unknown(socket: String) async throws {
            try await TestNode.with { node in
                let path = socket == "api" ? node.api : node.admin
                let cases = [
                    ("GET", "/"), ("GET", "/v2/models"), ("PUT", "/v1/models"), ("OPTIONS", "/v1/chat/completions"), ("TRACE", "/healthz"),
                    ("POST", "/healthz"), ("GET", "/v1/models/a/b/c"), ("GET", "/../../etc/passwd"), ("GET", "/%2e%2e/%00"),
                    ("GET", "/holdfast/v2/status"),
                ]
                var ids: [String] = []
                for (method, target) in cases {
                    let answer = try await HTTPCall.send(path, method, target)
                    #expect(
                        answer.status == 404 && answer.code == "unknown_operation", "\(method) \(target): \(answer.status) \(answer.text)")
                    ids.append(answer.requestID)
                }
                let records = try await node.records(of: try #require(ids.first))
                #expect(records.first?["op"] == "unknown" && records.first?["outcome"]["result"] == "denied")
                #expect(records.first?["actor"]["socket"].string == socket)
                // Repeats within a second are one record with a count: all of them are accounted for.
                try await eventually("every denial is counted") {
                    try await node.records("operation=unknown&outcome=denied").reduce(0) { $0 + ($1["count"].integer ?? 0) }
                        == Int64(cases.count)
                }
            }
        }

        private static func checkShape(_ answer: HTTPAnswer, _ operation: HoldfastAPI.Operation) throws {
            let keys = try answer.json["error"].keys
            #expect(answer.requestID.count == 32)
            if operation.socket == .api {
                #expect(keys == ["message", "type", "param", "code"], "\(operation.id)")
            } else {
                #expect(keys.isSuperset(of: ["code", "message", "request_id"]), "\(operation.id)")
                #expect(try answer.json["error"]["request_id"].string == answer.requestID)
            }
        }
    }
}
