import Foundation
import HoldfastAPI
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Callers of other uids, started with setpriv: what they may do, what they get to see, and what the trail says of it.
    @Suite(.enabled(if: OtherUser.canBecome, "only root can start processes of other uids"))
    struct StrangerTests {
        /// Models `kiosk-*` for uid 1234, `lab-*` for gid 77, `shared` for whoever is in group 88.
        static let policy = """
            version: 1
            roles:
              kiosk:
                allow: [{verbs: [models:read, inference:invoke], resources: ["model:kiosk-*"]}]
              lab:
                allow: [{verbs: [models:read, inference:invoke], resources: ["model:lab-*"]}]
              shared:
                allow: [{verbs: [models:read, inference:invoke], resources: ["model:shared"]}]
            bindings:
              - {role: kiosk, subjects: ["uid:1234"]}
              - {role: lab, subjects: ["gid:77"]}
              - {role: shared, subjects: ["gid:88"]}
            """

        private static func node<Value: Sendable>(_ body: (TestNode) async throws -> Value) async throws -> Value {
            try await TestNode.with({
                $0.scriptedEngine = true
                $0.policies = ["node.yaml": policy]
                $0.environment = ["HOLDFAST_SOCKETS_ADMIN_MODE": "0666"]
            }) { node in
                for name in ["kiosk-a", "kiosk-b", "lab-a", "shared", "secret"] { try await node.add(name) }
                return try await body(node)
            }
        }

        private static func names(_ user: OtherUser, _ node: TestNode) async throws -> Set<String> {
            Set(try await user.send("GET", node.api, "/v1/models").json["data"].array.compactMap { $0["id"].string })
        }

        @Test("A stranger is refused with the reason, and the record says who it was")
        func stranger() async throws {
            try await TestNode.with { node in
                let answer = try await OtherUser(uid: 4321, gid: 4322).send(
                    "POST", node.api, "/v1/chat/completions", body: TestNode.chatBody("smol"))
                #expect(answer.status == 403 && answer.code == "access_denied")
                #expect(try answer.json["error"]["message"].string?.contains("inference:invoke") == true)
                let record = try #require(try await node.records(of: answer.requestID).first)
                #expect(record["outcome"]["result"] == "denied" && record["outcome"]["code"] == "access_denied")
                #expect(record["actor"]["uid"] == 4321 && record["actor"]["gid"] == 4322 && record["actor"]["socket"] == "api")
                #expect(record["op"] == "inference.chat")
                let shell = try await OtherUser(uid: 4321).run(
                    SourceTree.program("holdfast"), ["status"], environment: ["HOLDFAST_RUNTIME": node.runtime])
                #expect(shell.status != 0, "admin.sock is not open to all")
            }
        }

        @Test("Uid, gid and supplementary group each bring the rights bound to them, and no others")
        func subjects() async throws {
            try await Self.node { node in
                #expect(try await Self.names(OtherUser(uid: 1234), node) == ["kiosk-a", "kiosk-b"])
                #expect(try await Self.names(OtherUser(uid: 1500, gid: 77), node) == ["lab-a"])
                #expect(try await Self.names(OtherUser(uid: 1500, gid: 1500, groups: [5, 77, 88]), node) == ["lab-a", "shared"])
                let both = OtherUser(uid: 1234, gid: 1234, groups: [88])
                #expect(try await Self.names(both, node) == ["kiosk-a", "kiosk-b", "shared"])
                #expect(try await both.send("POST", node.api, "/v1/chat/completions", body: TestNode.chatBody("shared")).status == 200)
                let record = try #require(try await node.records("operation=inference.chat&actor=1234&outcome=ok&limit=1").first)
                #expect(record["actor"]["groups"] == [88] && record["actor"]["role"] == "shared")
                #expect(record["actor"]["rule"].string?.contains("node.yaml:8") == true, "\(record["actor"])")
                #expect(try await OtherUser(uid: 1501).send("GET", node.api, "/v1/models").status == 403)
            }
        }

        @Test("What exists and is not yours looks exactly like what does not exist")
        func indistinguishable() async throws {
            try await Self.node { node in
                let user = OtherUser(uid: 1234)
                // Of one length, so that the bodies can be equal to the byte but for the name.
                let requests = ["lab-a", "lab-q"].flatMap { name -> [OtherUser.Request] in
                    let chat = TestNode.chatBody(name).text
                    return [
                        .init(node.api, "GET", "/v1/models/\(name)"), .init(node.admin, "GET", "/holdfast/v1/models/\(name)"),
                        .init(node.api, "POST", "/v1/chat/completions", body: chat),
                    ]
                }
                let answers = try await user.send(requests)
                for index in 0..<3 {
                    let (hidden, absent) = (answers[index], answers[index + 3])
                    #expect(hidden.status == 404 && absent.status == 404, "\(requests[index].path): \(hidden) \(absent)")
                    func form(_ answer: HTTPAnswer, _ name: String) -> String {
                        answer.text.replacingOccurrences(of: name, with: "NAME").replacingOccurrences(of: answer.requestID, with: "ID")
                    }
                    #expect(form(hidden, "lab-a") == form(absent, "lab-q"))
                    #expect(hidden.body.count == absent.body.count)
                    #expect(hidden.headers.keys == absent.headers.keys)
                }
                // What the caller may see and is not there: its own names may be offered, and no others.
                let near = try await user.send("GET", node.admin, "/holdfast/v1/models/kiosk-c")
                #expect(near.status == 404 && near.text.contains("kiosk-a") && !near.text.contains("secret") && !near.text.contains("lab"))
            }
        }

        @Test("An alias opens nothing that its model's own name does not")
        func alias() async throws {
            try await Self.node { node in
                #expect(try await node.cli("model", "alias", "secret", "kiosk-c").status == 0)
                let user = OtherUser(uid: 1234)
                let answers = try await user.send([
                    .init(node.api, "GET", "/v1/models/kiosk-c"), .init(node.admin, "GET", "/holdfast/v1/models/kiosk-c"),
                    .init(node.api, "POST", "/v1/chat/completions", body: TestNode.chatBody("kiosk-c").text),
                ])
                #expect(answers.map(\.status) == [404, 404, 404])
                #expect(try await user.send("POST", node.api, "/v1/chat/completions", body: TestNode.chatBody("kiosk-a")).status == 200)
            }
        }

        @Test("A caller without an identity in the node's user namespace is refused")
        func overflowUID() async throws {
            try await TestNode.with { node in
                // In a user namespace that maps nothing, the process shows as the overflow uid to itself, and to us as what it is;
                // so it is the daemon that goes into one: everybody outside is then unknown to it.
                let inside = try TestNode()
                let process = try TestProcess(
                    "/usr/bin/unshare", ["--user", "--map-root-user", SourceTree.program("holdfastd")] + inside.arguments,
                    environment: inside.environment)
                try await eventually("the node in the namespace answers") {
                    if let status = process.status() { throw TestFailure("no user namespace here? status \(status): \(process.errors)") }
                    return (try? await node.get(inside.api, "/healthz")) != nil
                }
                let answer = try await OtherUser(uid: 4321).send("GET", inside.api, "/v1/models")
                #expect(answer.status == 403 && answer.code == "peer_refused")
                let record = try #require(try await inside.records("outcome=denied").first)
                #expect(record["actor"]["uid"] == 65534 && record["outcome"]["code"] == "peer_refused")
                process.signal(SIGTERM)
                _ = try await process.finished()
                try await inside.remove()
            }
        }
    }
}
