import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Callers that the kernel does not name: holders of tokens, whoever reaches the loopback listener, and application sockets.
    @Suite struct SubjectTests {
        private static let policy = """
            version: 1
            roles:
              kiosk:
                allow: [{verbs: [models:read, inference:invoke], resources: ["model:kiosk-*"]}]
              lab:
                allow: [{verbs: [models:read], resources: ["model:lab-*"]}]
            bindings:
              - {role: lab, subjects: ["token:tablet", "app:robot", "uid:4242"]}
              - {role: kiosk, subjects: [loopback]}
            """

        /// A node with a loopback listener, handed to it as systemd would.
        private struct Loopback {
            let node: TestNode
            let port: UInt16
            let daemon: TestProcess

            init(_ environment: [String: String] = [:]) async throws {
                var settings = TestNode.Settings()
                settings.policies = ["node.yaml": policy]
                settings.scriptedEngine = true
                settings.environment = environment
                node = try TestNode(settings)
                port = try freePort()
                daemon = try supervised(node, "loopback=tcp:127.0.0.1:\(port)")
                try await node.waitUntilServing(daemon)
            }

            static func with(_ environment: [String: String] = [:], _ body: (Loopback) async throws -> Void) async throws {
                let loopback = try await Loopback(environment)
                do {
                    for name in ["kiosk-a", "lab-a"] { try await loopback.node.add(name) }
                    try await body(loopback)
                } catch {
                    await loopback.end()
                    throw error
                }
                await loopback.end()
            }

            func end() async {
                daemon.signal(SIGTERM)
                _ = try? await daemon.finished()
                try? await node.remove()
            }

            func ask(_ method: String, _ path: String, host: String? = nil, _ headers: [String] = [], body: JSONValue? = nil) async throws
                -> HTTPAnswer
            {
                let bytes = body.map { Array($0.text.utf8) }
                var lines = ["\(method) \(path) HTTP/1.1", "Host: \(host ?? "127.0.0.1:\(port)")"] + headers
                if let bytes { lines.append("Content-Length: \(bytes.count)") }
                let request = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (bytes ?? [])
                return try await blocking { [port] in try HTTPCall.answer(RawSocket(port: port), request) }
            }

            func token(_ arguments: String...) async throws -> String {
                let finished = try await TestProcess.run(
                    SourceTree.program("holdfast"), ["access", "token", "create"] + arguments,
                    environment: ["HOLDFAST_RUNTIME": node.runtime])
                return try finished.succeeded().output.trimmingCharacters(in: .whitespacesAndNewlines)
            }
        }

        private static func supervised(_ node: TestNode, _ listen: String) throws -> TestProcess {
            try TestProcess(
                "/usr/bin/python3",
                ["-IB", SourceTree.fixture("supervisor.py"), "--listen", listen, "--", SourceTree.program("holdfastd")] + node.arguments,
                environment: node.environment)
        }

        private static func freePort() throws -> UInt16 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let status = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
                }
            }
            guard status else { throw TestFailure("no free port") }
            return UInt16(bigEndian: address.sin_port)
        }

        private static func models(_ answer: HTTPAnswer) throws -> [String] {
            try answer.json["data"].array.compactMap { $0["id"].string }.sorted()
        }

        @Test("A token is its holder: shown once, with its role and what is bound to its name, until it is revoked")
        func tokens() async throws {
            try await Loopback.with { loopback in
                let node = loopback.node
                let token = try await loopback.token("--name", "tablet", "--role", "kiosk", "--ttl", "2h")
                #expect(token.wholeMatch(of: /hft_[0-9A-Za-z]{49}/) != nil)

                let answer = try await loopback.ask("GET", "/v1/models", ["Authorization: Bearer \(token)"])
                #expect(try answer.status == 200 && Self.models(answer) == ["kiosk-a", "lab-a"], "\(answer.text)")
                let key = try await loopback.ask("GET", "/v1/models", host: "localhost", ["x-api-key: \(token)"])
                #expect(key.status == 200)
                let chat = try await loopback.ask(
                    "POST", "/v1/chat/completions", ["Authorization: bearer \(token)"], body: TestNode.chatBody("kiosk-a"))
                #expect(chat.status == 200, "\(chat.text)")
                let record = try #require(try await node.records(of: chat.requestID).last)
                #expect(record["actor"]["subject"] == "token:tablet" && record["actor"]["role"] == "kiosk")
                #expect(record["actor"]["uid"] == 4_294_967_295 && record["actor"]["socket"] == "api")
                let denied = try await loopback.ask(
                    "POST", "/v1/chat/completions", ["Authorization: Bearer \(token)"], body: TestNode.chatBody("lab-a"))
                #expect(denied.status == 404 && denied.code == "model_not_found")
                #expect(try await loopback.ask("GET", "/holdfast/v1/status", ["Authorization: Bearer \(token)"]).status == 404)

                let shown = try await node.cli("access", "token", "list").succeeded().output
                #expect(shown.contains("tablet") && shown.contains("kiosk") && !shown.contains(token))
                let today = try await node.cli("access", "token", "list", "--json").succeeded().json["tokens"][0]
                #expect(today["last_used"].string?.count == 10 && today["expired"] == false)
                let can = try await node.cli("access", "can", "inference:invoke", "kiosk-a", "--as", "token:tablet")
                #expect(can.status == 0 && can.output.contains("token:tablet"), "\(can)")
                #expect(try await node.cli("access", "who-can", "inference:invoke", "kiosk-a").output.contains("token:tablet"))

                #expect(try await node.cli("access", "token", "create", "--name", "tablet", "--role", "lab").status == 6)
                #expect(try await node.cli("access", "token", "create", "--name", "x", "--role", "kisok").status == 64)
                try await node.cli("access", "token", "revoke", "tablet").succeeded()
                #expect(try await node.cli("access", "token", "revoke", "tablet").status == 5)
                let gone = try await loopback.ask("GET", "/v1/models", ["Authorization: Bearer \(token)"])
                #expect(gone.status == 401 && gone.code == "token_invalid")

                let made = try await node.records("operation=access.token.create")
                #expect(made.contains { $0["resource"]["name"] == "tablet (role kiosk)" && $0["outcome"]["result"] == "ok" })
                #expect(try await node.records("operation=access.token.revoke").contains { $0["outcome"]["result"] == "ok" })
                // Nowhere in the state directory is the token.
                let grep = try await TestProcess.run("/usr/bin/grep", ["-r", "-l", "-F", String(token.dropFirst(4)), node.state])
                #expect(grep.status == 1 && grep.output.isEmpty, "\(grep.output)")
            }
        }

        @Test("Without a token of use it is 401 in OpenAI's shape, with a challenge, and a denial without the text")
        func refused() async throws {
            try await Loopback.with { loopback in
                let token = try await loopback.token("--name", "brief", "--role", "kiosk", "--ttl", "1s")
                var typo = Array(token)
                typo[20] = typo[20] == "a" ? "b" : "a"
                func check(_ headers: [String], _ code: String) async throws {
                    for path in ["/v1/models", "/v1/nothing", "/healthz"] {
                        let answer = try await loopback.ask("GET", path, headers)
                        #expect(answer.status == 401 && answer.code == code, "\(headers) \(path): \(answer.text)")
                        #expect(try answer.json["error"]["type"] == "authentication_error")
                        #expect(answer.headers["www-authenticate"]?.hasPrefix("Bearer realm=\"holdfast\"") == true)
                    }
                }
                try await check([], "token_missing")
                try await check(["Authorization: Basic dTpw"], "token_missing")
                try await check(["Authorization: Bearer sk-none"], "token_invalid")
                try await check(["Authorization: Bearer \(String(typo))"], "token_invalid")
                try await eventually("the token expires") {
                    try await loopback.ask("GET", "/v1/models", ["x-api-key: \(token)"]).code == "token_expired"
                }
                try await check(["Authorization: Bearer \(token)"], "token_expired")
                let denied = try await loopback.node.records("outcome=denied&limit=1000")
                for code in ["token_missing", "token_invalid", "token_expired"] {
                    #expect(denied.contains { $0["actor"]["subject"] == "anonymous" && $0["outcome"]["code"].string == code }, "\(code)")
                }
                #expect(!"\(denied)".contains("hft_") && !"\(denied)".contains("sk-none"))
            }
        }

        @Test("Browsers and other names are refused before the token is looked at")
        func browsers() async throws {
            try await Loopback.with(["HOLDFAST_SOCKETS_LOOPBACK_HOSTS": "gateway.local, box"]) { loopback in
                let token = ["Authorization: Bearer \(try await loopback.token("--name", "t", "--role", "kiosk"))"]
                for host in ["localhost", "LOCALHOST:1", "[::1]:99", "gateway.local:8642", "box"] {
                    #expect(try await loopback.ask("GET", "/v1/models", host: host, token).status == 200, "\(host)")
                }
                for host in ["evil.example", "evil.example:8642", "localhost.evil.example", "127.0.0.1.evil", "", "127.0.0.2"] {
                    let answer = try await loopback.ask("GET", "/v1/models", host: host, token)
                    #expect(answer.status == 403 && answer.code == "host_refused", "\(host): \(answer.status) \(answer.text)")
                }
                let two = try await loopback.ask("GET", "/v1/models", token + ["Host: evil.example"])
                #expect(two.status == 403 || two.status == 400, "\(two.status)")
                let origin = try await loopback.ask("GET", "/v1/models", token + ["Origin: http://localhost"])
                #expect(origin.status == 403 && origin.code == "origin_refused")
            }
        }

        @Test("The subject loopback is for requests without a token, where the configuration has it, and a bad token is still refused")
        func loopbackSubject() async throws {
            try await Loopback.with(["HOLDFAST_SOCKETS_LOOPBACK_SUBJECT": "true"]) { loopback in
                for headers in [[], ["Authorization: Bearer none"], ["x-api-key: sk-whatever"]] {
                    let answer = try await loopback.ask("GET", "/v1/models", headers)
                    #expect(try answer.status == 200 && Self.models(answer) == ["kiosk-a"], "\(headers): \(answer.text)")
                }
                let wrong = try await loopback.ask("GET", "/v1/models", ["Authorization: Bearer hft_abc"])
                #expect(wrong.status == 401 && wrong.code == "token_invalid")
                let chat = try await loopback.ask("POST", "/v1/chat/completions", body: TestNode.chatBody("kiosk-a"))
                #expect(chat.status == 200)
                #expect(try await loopback.node.records(of: chat.requestID).last?["actor"]["subject"] == "loopback")
                #expect(try await loopback.node.cli("audit", "list", "--actor", "loopback").succeeded().output.contains("inference.chat"))
                let nobody = try await loopback.node.cli("audit", "list", "--actor", "token:none").succeeded().output
                #expect(!nobody.contains("inference"), "\(nobody)")
            }
        }

        @Test("The openai client works with a base_url and an api_key")
        func client() async throws {
            try await Loopback.with { loopback in
                let token = try await loopback.token("--name", "client", "--role", "kiosk")
                let program = """
                    import json, openai, sys
                    seen = {}
                    for name, key in (("good", sys.argv[2]), ("bad", "sk-none")):
                        client = openai.OpenAI(base_url=f"http://127.0.0.1:{sys.argv[1]}/v1", api_key=key, max_retries=0)
                        try:
                            answer = client.chat.completions.create(model="kiosk-a", max_tokens=4, messages=[{"role": "user", "content": "x"}])
                            seen[name] = answer.object
                            seen["models"] = [model.id for model in client.models.list()]
                        except openai.APIStatusError as error:
                            seen[name] = f"{type(error).__name__} {error.code}"
                    json.dump(seen, sys.stdout)
                    """
                let finished = try await TestProcess.run(
                    Installed.python(), ["-IBc", program, "\(loopback.port)", token], within: .seconds(300))
                #expect(finished.status == 0, "\(finished.errors)")
                let seen = try finished.json
                #expect(
                    seen["good"] == "chat.completion" && seen["models"] == ["kiosk-a"] && seen["bad"] == "AuthenticationError token_invalid"
                )
            }
        }

        @Test(
            "A listener that others can reach is refused at start, and so is one of the wrong kind",
            arguments: [
                ("loopback=tcp:0.0.0.0:", "127.0.0.0/8"), ("loopback=tcp::::", "127.0.0.0/8"), ("api=tcp:127.0.0.1:", "Unix"),
                ("loopback=unix", "127.0.0.0/8"),
            ])
        func exposed(listen: String, says: String) async throws {
            let node = try TestNode()
            let target = listen == "loopback=unix" ? "loopback=\(node.folder)/l.sock" : "\(listen)\(try Self.freePort())"
            let finished = try await Self.supervised(node, target).finished()
            #expect(finished.status == 78 && finished.errors.contains(says), "\(finished)")
            try await node.remove()
        }

        @Test("An application socket is one subject, through restarts, until it is revoked")
        func applicationSocket() async throws {
            try await TestNode.with({ $0.policies = ["node.yaml": Self.policy] }) { node in
                for name in ["kiosk-a", "lab-a"] { try await node.add(name) }
                let path = try await node.cli("access", "socket", "create", "robot").succeeded().output.trimmingCharacters(
                    in: .whitespacesAndNewlines)
                #expect(path == node.runtime + "/apps/robot/api.sock")
                let answer = try await node.get(path, "/v1/models")
                #expect(try answer.status == 200 && Self.models(answer) == ["lab-a"], "whoever connects, here root: \(answer.text)")
                #expect(try await node.get(path, "/holdfast/v1/status").status == 404)
                #expect(try await node.get(path, "/v1/models", headers: ["Origin: http://x"]).status == 403)
                let denied = try await node.post(path, "/v1/chat/completions", TestNode.chatBody("lab-a"))
                #expect(denied.status == 403)
                #expect(try await node.records(of: denied.requestID).last?["actor"]["subject"] == "app:robot")
                #expect(try await node.cli("access", "socket", "create", "robot").status == 6)

                func mode(_ path: String) throws -> Int {
                    (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int) ?? -1
                }
                #expect(try mode(node.runtime + "/apps") == 0o700 && mode(node.runtime + "/apps/robot") == 0o755 && mode(path) == 0o666)

                #expect(try await node.stop() == 0)
                #expect(
                    !FileManager.default.fileExists(atPath: path) && FileManager.default.fileExists(atPath: node.runtime + "/apps/robot"))
                try await node.start()
                #expect(try Self.models(try await node.get(path, "/v1/models")) == ["lab-a"])

                let open = try RawSocket(path)
                #expect(try HTTPCall.answer(open, HTTPCall.bytes("GET", "/healthz")).status == 200)
                try await node.cli("access", "socket", "revoke", "robot").succeeded()
                try await eventually("the open connection is closed") { open.isClosed }
                #expect(!FileManager.default.fileExists(atPath: node.runtime + "/apps/robot"))
                #expect(try await node.cli("access", "socket", "revoke", "robot").status == 5)
                #expect(try await node.cli("access", "socket", "list").output.contains("no application socket"))
                try await node.cli("access", "socket", "create", "robot").succeeded()
                #expect(try await node.get(path, "/v1/models").status == 200, "the name can be taken again")
            }
        }

        @Test("A socket that acts as a uid has its bindings too; other kinds of subject are refused")
        func acting() async throws {
            try await TestNode.with({ $0.policies = ["node.yaml": Self.policy] }) { node in
                for name in ["kiosk-a", "lab-a"] { try await node.add(name) }
                try await node.cli("access", "socket", "create", "lathe", "--subject", "uid:4242").succeeded()
                let path = node.runtime + "/apps/lathe/api.sock"
                #expect(try Self.models(try await node.get(path, "/v1/models")) == ["lab-a"])
                let denied = try await node.post(path, "/v1/chat/completions", TestNode.chatBody("lab-a"))
                let actor = try #require(try await node.records(of: denied.requestID).last)["actor"]
                #expect(actor["uid"] == 4242 && actor["subject"] == "app:lathe")
                for subject in ["gid:7", "token:x", "app:another", "loopback", "uid:65534", "user:no-such-user"] {
                    #expect(try await node.cli("access", "socket", "create", "other", "--subject", subject).status == 64, "\(subject)")
                }
            }
        }

        @Test(
            "A peer without a uid here is refused on api.sock and served on its application socket",
            .enabled(
                if: OtherUser.canBecome && FileManager.default.isExecutableFile(atPath: "/usr/bin/unshare"), "only root can make namespaces"
            ))
        func container() async throws {
            try await TestNode.with({ $0.policies = ["node.yaml": Self.policy] }) { node in
                try await node.add("lab-a")
                try await node.cli("access", "socket", "create", "robot").succeeded()
                chmod(node.folder, 0o755)
                // As a container's engine does it: a mount namespace, and the socket's folder bound to where the container looks.
                let inside = node.folder + "/inside"
                try FileManager.default.createDirectory(atPath: inside, withIntermediateDirectories: false)
                let mounted = try await TestProcess.run(
                    "/usr/bin/unshare",
                    [
                        "-m", "/bin/sh", "-c",
                        "mount --bind \(node.runtime)/apps/robot \(inside) && exec setpriv --reuid 65534 --regid 65534 --clear-groups "
                            + "curl -s -w ' %{http_code}' --unix-socket \"$0\" http://x/v1/models",
                        inside + "/api.sock",
                    ])
                #expect(mounted.output.contains("lab-a") && mounted.output.hasSuffix(" 200"), "\(mounted)")
                let outside = try await TestProcess.run(
                    "/usr/bin/setpriv",
                    [
                        "--reuid", "65534", "--regid", "65534", "--clear-groups", "curl", "-s", "--unix-socket", node.api,
                        "http://x/v1/models",
                    ])
                #expect(outside.output.contains("peer_refused"), "\(outside)")
                let closed = try await TestProcess.run(
                    "/usr/bin/setpriv",
                    [
                        "--reuid", "1234", "--regid", "1234", "--clear-groups", "curl", "-s", "--unix-socket",
                        node.runtime + "/apps/robot/api.sock", "http://x/v1/models",
                    ])
                #expect(closed.status != 0, "without the mount, the folder above is closed")
            }
        }

        @Test(
            "In a user namespace that maps one uid the daemon starts, serves, and says whom it cannot serve",
            .enabled(
                if: OtherUser.canBecome && FileManager.default.isExecutableFile(atPath: "/usr/bin/unshare"), "only root can make namespaces"
            ))
        func userNamespace() async throws {
            let node = try TestNode()
            let daemon = try TestProcess(
                "/usr/bin/unshare", ["--user", "--map-root-user", SourceTree.program("holdfastd")] + node.arguments,
                environment: node.environment)
            try await node.waitUntilServing(daemon)
            #expect(try await node.status()["notes"][0].string?.contains("maps 1 uids") == true)
            let stranger = try await OtherUser(uid: 4321).send("GET", node.api, "/v1/models")
            #expect(stranger.status == 403 && stranger.code == "peer_refused")
            daemon.signal(SIGTERM)
            #expect(try await daemon.finished().status == 0)
            #expect(daemon.errors.contains("user namespace"))
            try await node.remove()
        }
    }
}
