import Foundation
import HoldfastAPI
import HoldfastCore
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Of every operation that names something: whoever is denied cannot tell from the answer whether it is there.
    @Suite(.enabled(if: OtherUser.canBecome, "only root can start processes of other uids"))
    struct EqualDenialTests {
        private static func requests(_ node: TestNode, _ name: String) -> [OtherUser.Request] {
            HoldfastAPI.Operation.all.compactMap { operation in
                // Of all models there are, the caller's are verified, or ranked: these name none.
                guard case .verb = operation.access, !["models.verify-all", "models.recommend"].contains(operation.id) else { return nil }
                let path = operation.path.replacingOccurrences(of: "{name}", with: name).replacingOccurrences(of: "{id}", with: name)
                let body: JSONValue = [
                    "model": .string(name), "name": .string(name), "alias": .string(name), "prompt": "x",
                    "messages": [["role": "user", "content": "x"]], "kind": "text", "text": "x", "id": "0123456789ab",
                ]
                guard path != operation.path || operation.method == .post else { return nil }
                return OtherUser.Request(
                    operation.socket == .api ? node.api : node.admin, operation.method.rawValue, path,
                    body: operation.method == .post ? body.text : nil)
            }
        }

        private static func form(_ answer: HTTPAnswer, _ name: String) -> String {
            answer.text.replacingOccurrences(of: name, with: "NAME").replacingOccurrences(of: answer.requestID, with: "ID")
        }

        /// Names of one length: `lab-a` is a model, a token and an application socket; `lab-q` is nothing.
        private static func compare(_ user: OtherUser, _ node: TestNode, statuses: Set<Int>) async throws {
            let (there, absent) = (requests(node, "lab-a"), requests(node, "lab-q"))
            let answers = try await user.send(there + absent)
            var seen: Set<Int> = []
            for (index, request) in there.enumerated() {
                let (hidden, missing) = (answers[index], answers[index + there.count])
                #expect(hidden.status == missing.status, "\(request.method) \(request.path): \(hidden.text) \(missing.text)")
                #expect(form(hidden, "lab-a") == form(missing, "lab-q"), "\(request.method) \(request.path)")
                #expect(hidden.body.count == missing.body.count && hidden.headers.keys == missing.headers.keys, "\(request.path)")
                seen.insert(hidden.status)
            }
            let others = zip(there, answers).filter { !statuses.contains($1.status) }.map { "\($0.method) \($0.path): \($1.text)" }
            #expect(there.count > 15 && seen == statuses, "\(seen) \(others)")
        }

        @Test("403 to whoever holds nothing, 404 to whoever holds the verbs on other names: the same for what is there and what is not")
        func equal() async throws {
            try await TestNode.with({
                $0.scriptedEngine = true
                $0.policies = [
                    "node.yaml": """
                    version: 1
                    roles:
                      other:
                        allow: [{verbs: ["models:read", "models:add", "models:alias", "models:remove", "models:verify", "models:load",
                          "models:unload", "models:pin", "inference:invoke"], resources: ["model:kiosk-*"]}]
                    bindings:
                      - {role: other, subjects: ["uid:1234"], limits: {requests_per_minute: 1}}
                    """
                ]
                $0.environment = ["HOLDFAST_SOCKETS_ADMIN_MODE": "0666"]
            }) { node in
                try await node.add("lab-a")
                _ = try await node.cli("access", "token", "create", "--name", "lab-a", "--role", "user").succeeded()
                _ = try await node.cli("access", "socket", "create", "lab-a").succeeded()
                try await Self.compare(OtherUser(uid: 4321), node, statuses: [403])
                // Some want a body of another kind, and say so to who holds the verb at all; that says nothing of names either.
                try await Self.compare(OtherUser(uid: 1234), node, statuses: [403, 404])
                #expect(try await node.status()["models"]["count"] == 1)
                #expect(try await node.get(node.admin, "/holdfast/v1/access/tokens").text.contains("lab-a"))
            }
        }
    }
}
