import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Limits of bindings, through the real binaries.
    @Suite(.enabled(if: OtherUser.canBecome, "only root can start processes of other uids"))
    struct LimitTests {
        private static func policy(_ limits: String) -> String {
            """
            version: 1
            bindings:
              - role: user
                subjects: ["uid:1234", "uid:1235"]
                limits: {\(limits)}
            """
        }

        private static func node(_ limits: String, _ body: (TestNode) async throws -> Void) async throws {
            try await TestNode.with(
                {
                    $0.scriptedEngine = true
                    $0.policies = ["limits.yaml": policy(limits)]
                }, body)
        }

        private static let user = OtherUser(uid: 1234)

        private static func chat(
            _ node: TestNode, _ model: String = "m", _ prompt: String = "one two three", maxTokens: Int = 8, as user: OtherUser = user
        ) async throws -> HTTPAnswer {
            try await user.send("POST", node.api, "/v1/chat/completions", body: TestNode.chatBody(model, prompt, maxTokens: maxTokens))
        }

        /// What a caller has used of the only limited binding.
        private static func use(_ node: TestNode, of caller: String = "uid:1234") async throws -> JSONValue {
            let answer = try await node.get(node.admin, "/holdfast/v1/access/limits?subject=\(caller)")
            return try answer.json["bindings"][0]["use"][0]
        }

        /// - Parameter folded: it may be a repeat.
        private static func expectRefusal(_ answer: HTTPAnswer, _ limit: String, _ bound: Int64, _ node: TestNode, folded: Bool = false)
            async throws
        {
            #expect(answer.status == 429 && answer.code == "limit_exceeded", "\(answer.text)")
            #expect(try answer.json["error"].keys == ["message", "type", "param", "code"])
            #expect(try answer.json["error"]["type"] == "rate_limit_error")
            #expect(!answer.text.contains(".yaml"), "files are for administrators")
            // Repeats of one kind within a second are one record more, with a count.
            guard !folded else { return }
            let record = try #require(try await node.records(of: answer.requestID).first)
            #expect(record["phase"] == "event" && record["outcome"]["result"] == "denied" && record["outcome"]["code"] == "limit_exceeded")
            #expect(record["params"]["limit_\(limit)"].integer == bound, "\(record)")
            #expect(
                record["actor"]["rule"].string?.hasSuffix("limits.yaml:5") == true && record["actor"]["role"] == "user",
                "\(record["actor"])")
        }

        @Test("So many a minute for each caller, then 429 with Retry-After; the denial names limit and line")
        func perMinute() async throws {
            try await Self.node("requests_per_minute: 2") { node in
                try await node.add("m")
                for _ in 0..<2 { #expect(try await Self.chat(node).status == 200) }
                let refused = try await Self.chat(node)
                try await Self.expectRefusal(refused, "requests_per_minute", 2, node)
                let wait = try #require(refused.headers["retry-after"].flatMap { Int($0) })
                #expect((1...61).contains(wait))
                #expect(try await Self.chat(node, as: OtherUser(uid: 1235)).status == 200, "each has the whole of it")
                #expect(try await node.chat("m").status == 200, "who is not bound by it is not")
                #expect(try await Self.use(node)["requests"] == 2)
            }
        }

        @Test("So many at a time; a place is free again after an answer, a hang-up, an engine's death and an error")
        func concurrent() async throws {
            try await Self.node("concurrent_requests: 1") { node in
                try await node.add("m")
                for (name, script) in [
                    "hang": "say:hang", "die": "say:die", "error": "say:error", "reject": "say:reject", "unloadable": "load:die",
                ] {
                    try await node.add(name, script: script)
                }
                let hanging = try TestProcess(
                    "/usr/bin/setpriv",
                    [
                        "--reuid=1234", "--regid=1234", "--clear-groups", "/usr/bin/curl", "-sN", "--unix-socket", node.api, "-d",
                        TestNode.chatBody("hang", stream: true).text, "http://x/v1/chat/completions",
                    ])
                try await eventually("it runs") { try await Self.use(node)["running"] == 1 }
                try await Self.expectRefusal(try await Self.chat(node), "concurrent_requests", 1, node)
                hanging.signal(SIGKILL)
                try await eventually("its place is free") { try await Self.use(node)["running"] == 0 }
                for (model, status) in [
                    ("m", 200), ("die", 502), ("error", 502), ("reject", 400), ("unloadable", 502), ("none", 404), ("m", 200),
                ] {
                    let answer = try await Self.chat(node, model)
                    #expect(answer.status == status, "\(model): \(answer.text)")
                    #expect(try await Self.use(node)["running"] == 0, "after \(model)")
                }
            }
        }

        @Test("Tokens of a day: what the engine counted is charged, streamed or not, and a request that might not fit is refused")
        func tokens() async throws {
            // The scripted engine counts 3 words of prompt at admission, and says 7 and 5 at the end.
            try await Self.node("tokens_per_day: 60") { node in
                try await node.add("m")
                #expect(try await Self.chat(node).status == 200)
                #expect(try await Self.use(node)["tokens"] == 12)
                let stream = TestNode.chatBody("m", "one two three", stream: true).text
                let streamed = try await Self.user.send([.init(node.api, "POST", "/v1/chat/completions", body: stream)])
                #expect(streamed.first?.status == 200)
                #expect(try await Self.use(node)["tokens"] == 24)
                let tooMuch = try await Self.chat(node, maxTokens: 40)
                try await Self.expectRefusal(tooMuch, "tokens_per_day", 60, node)
                #expect(Int(tooMuch.headers["retry-after"] ?? "") ?? 0 > 80_000)
                let unstated = try await Self.user.send(
                    "POST", node.api, "/v1/chat/completions", body: ["model": "m", "messages": [["role": "user", "content": "a"]]])
                try await Self.expectRefusal(unstated, "tokens_per_day", 60, node, folded: true)
                #expect(unstated.headers["retry-after"] == nil, "the model's whole context fits no day: waiting does not help")
                let intent = try #require(
                    try await node.records("operation=inference.chat&actor=1234&limit=50").first { $0["phase"] == "intent" })
                #expect(intent["params"]["tokens_reserved"] == 11)
                let shown = try await node.cli("access", "limits").succeeded().output
                #expect(shown.contains("uid:1234") && shown.contains("24 of 60") && shown.contains("limits.yaml:5"), "\(shown)")
            }
        }

        @Test(
            "kill -9 in the middle of an answer: its reservation stays charged, in full and once, and a restart gives no second allowance")
        func crash() async throws {
            try await Self.node("tokens_per_day: 100") { node in
                try await node.add("hang", script: "say:hang")
                try await node.add("m")
                let body = TestNode.chatBody("hang", "one two three", maxTokens: 80, stream: true).text
                let hanging = try TestProcess(
                    "/usr/bin/setpriv",
                    [
                        "--reuid=1234", "--regid=1234", "--clear-groups", "/usr/bin/curl", "-sN", "--unix-socket", node.api, "-d", body,
                        "http://x/v1/chat/completions",
                    ])
                try await eventually("an answer is under way") { try await Self.use(node)["reserved_tokens"] == 83 }
                try await node.stop(SIGKILL)
                _ = try await hanging.finished()
                for _ in 0..<2 {
                    try await node.start()
                    let use = try await Self.use(node)
                    #expect(use["tokens"] == 83 && use["reserved_tokens"] == 0, "\(use)")
                    try await Self.expectRefusal(try await Self.chat(node, maxTokens: 20), "tokens_per_day", 100, node)
                    try await node.stop(SIGKILL)
                }
                try await node.start()
                let outcome = try #require(try await node.records("model=hang&outcome=interrupted").first)
                #expect(outcome["params"]["tokens_reserved"] == 83)
                #expect(try await Self.chat(node, maxTokens: 8).status == 200, "what is left can be used")
                #expect(try await Self.use(node)["tokens"] == 95)
                #expect(try await node.cli("audit", "verify").status == 0)
            }
        }

        @Test("A stream that its client cuts is charged the prompt and what came, and no more")
        func cut() async throws {
            try await Self.node("tokens_per_day: 5000") { node in
                try await node.add("hang", script: "say:hang")
                let hanging = try TestProcess(
                    "/usr/bin/setpriv",
                    [
                        "--reuid=1234", "--regid=1234", "--clear-groups", "/usr/bin/curl", "-sN", "--unix-socket", node.api, "-d",
                        TestNode.chatBody("hang", "one two three", maxTokens: 500, stream: true).text, "http://x/v1/chat/completions",
                    ])
                try await eventually("a piece came") { hanging.output.contains("slot=") }
                hanging.signal(SIGKILL)
                try await eventually("it is settled") { try await Self.use(node)["tokens"].integer ?? 0 > 0 }
                let use = try await Self.use(node)
                #expect(use["tokens"] == 4 && use["reserved_tokens"] == 0, "\(use)")
            }
        }

        @Test("The largest context is prompt and max_tokens, or the model's own where none is named")
        func context() async throws {
            try await Self.node("context: 20") { node in
                try await node.add("m")
                #expect(try await Self.chat(node, maxTokens: 17).status == 200)
                let refused = try await Self.chat(node, maxTokens: 18)
                try await Self.expectRefusal(refused, "context", 20, node)
                #expect(refused.headers["retry-after"] == nil && refused.text.contains("21 tokens"))
                let whole = try await Self.user.send(
                    "POST", node.api, "/v1/chat/completions", body: ["model": "m", "messages": [["role": "user", "content": "a"]]])
                try await Self.expectRefusal(whole, "context", 20, node, folded: true)
                #expect(whole.text.contains("4096 tokens"))
            }
        }

        @Test("Hours: closed until they open, by the zone's clock")
        func hours() async throws {
            // Of a day other than this one and its neighbours, in any zone.
            let today = (Int(Date().timeIntervalSince1970) / 86_400 + 3) % 7
            let other = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][(today + 3) % 7]
            try await Self.node("hours: [\"\(other) 10:00-11:00\"], zone: Asia/Kathmandu") { node in
                try await node.add("m")
                let refused = try await Self.chat(node)
                try await Self.expectRefusal(refused, "hours", 0, node)
                #expect((86_400...7 * 86_400).contains(Int(refused.headers["retry-after"] ?? "") ?? 0), "\(refused.headers)")
                let shown = try await node.get(node.admin, "/holdfast/v1/access/limits").json["bindings"][0]
                #expect(shown["open"] == .bool(false) && shown["opens_at"].integer ?? 0 > 0 && shown["zone"] == "Asia/Kathmandu")
                try node.write(policy: "limits.yaml", Self.policy("hours: [\"daily 00:00-24:00\"], zone: Asia/Kathmandu"))
                #expect(try await node.cli("access", "policy", "diff").succeeded().output.contains("limits changed  uid:1234 → user"))
                _ = try await node.cli("access", "policy", "apply").succeeded()
                #expect(try await Self.chat(node).status == 200)
                try node.write(policy: "limits.yaml", Self.policy("hours: [\"daily 00:00-24:00\"], zone: Mars/Olympus"))
                let applied = try await node.cli("access", "policy", "apply")
                #expect(applied.status == 65 && applied.errors.contains("limits.yaml:5") && applied.errors.contains("Mars/Olympus"))
                let checked = try await node.cli("access", "policy", "check", node.policies + "/limits.yaml")
                #expect(checked.status == 65 && checked.errors.contains("Mars/Olympus"))
            }
        }

        @Test("can and explain show limits; who has no right is told what it always was, before any limit")
        func shown() async throws {
            try await Self.node("requests_per_minute: 1, context: 100") { node in
                try await node.add("m")
                let can = try await node.cli("access", "can", "inference:invoke", "m", "--as", "uid:1234").succeeded()
                #expect(can.output.contains("limits: 1 request a minute, a context of 100 (") && can.output.contains("limits.yaml:5)"))
                let explain = try await node.cli("access", "explain", "inference:invoke", "m", "--as", "uid:1234").succeeded()
                #expect(explain.output.contains("limits: 1 request a minute"))
                #expect(try await !node.cli("access", "can", "models:read", "m", "--as", "uid:1234").output.contains("limits:"))
                #expect(try await Self.chat(node, as: OtherUser(uid: 4321)).status == 403)
                let both = try await Self.user.send([
                    .init(node.api, "POST", "/v1/chat/completions", body: TestNode.chatBody("m").text),
                    .init(node.api, "POST", "/v1/chat/completions", body: TestNode.chatBody("m").text),
                    .init(node.api, "POST", "/v1/chat/completions", body: TestNode.chatBody("n").text),
                ])
                #expect(both.map(\.status) == [200, 429, 404])
                #expect(try await node.cli("access", "limits", "--as", "uid:4321").succeeded().output == "No binding has limits here.\n")
            }
        }

        @Test("With the real engine, what was counted before an answer is what the answer's usage says")
        func realEngine() async throws {
            var settings = TestNode.Settings()
            settings.policies = ["limits.yaml": Self.policy("tokens_per_day: 100000")]
            let node = try TestNode(settings)
            try await node.start()
            try await node.addSmolLM()
            for stream in [false, true] {
                let body = TestNode.chatBody(
                    "smol", "What is the capital of France? Schreib es auf, s'il vous plaît: 日本.", stream: stream, usage: stream)
                let answer = try await Self.user.send("POST", node.api, "/v1/chat/completions", body: body)
                #expect(answer.status == 200, "\(answer.text)")
                let records = try await node.records(of: answer.requestID)
                let (reserved, tokens) = (records[0]["params"]["tokens_reserved"], records[1]["tokens"])
                #expect(reserved.integer == (tokens["prompt"].integer ?? 0) + 8, "\(records)")
            }
            let used = try await node.records("operation=inference.chat&outcome=ok").reduce(0) {
                $0 + ($1["tokens"]["prompt"].integer ?? 0) + ($1["tokens"]["completion"].integer ?? 0)
            }
            #expect(try await Self.use(node)["tokens"].integer == used)
            try await node.remove()
        }
    }
}
