import Foundation
import HoldfastTestSupport
import Testing

extension EndToEnd {
    @Suite struct ShutdownTests {
        @Test("SIGTERM lets a running answer end, then the daemon ends with 0 and its engine with it")
        func drains() async throws {
            try await TestNode.withSmolLM({ $0.environment = ["HOLDFAST_DRAIN_SECONDS": "120"] }) { node in
                let body = TestNode.chatBody("smol", "Tell a long story.", maxTokens: 200, stream: true, usage: true)
                var events = try EventReader(RawSocket(node.api), node.streamBytes(body))
                for _ in 0..<3 { _ = try events.next() }
                try node.daemon.signal(SIGTERM)
                try await eventually("new connections are no longer taken") { (try? await node.get(node.api, "/healthz")) == nil }
                let frames = try await blocking { [events] in
                    var events = events
                    return try events.rest()
                }
                #expect(frames.last == "[DONE]" && frames.count > 4, "\(frames.suffix(3))")
                #expect(try await node.daemon.finished().status == 0)
                try await eventually("no engine is left", within: .seconds(2)) { RunningProcesses.engines(runtime: node.runtime).isEmpty }
                let local = try await node.cli("audit", "verify", "--state", node.state, "--json")
                #expect(try local.json["holds"] == true && local.json["size"] == local.json["checkpoint_size"], "signed to the last record")
            }
        }

        @Test("An answer that does not end within the drain time is cut off with an error the client can read, and recorded")
        func drainLimit() async throws {
            try await TestNode.with({
                $0.scriptedEngine = true; $0.environment = ["HOLDFAST_DRAIN_SECONDS": "1"]
            }) { node in
                try await node.add("hang", script: "say:hang")
                var events = try EventReader(RawSocket(node.api), node.streamBytes(TestNode.chatBody("hang", stream: true)))
                let id = events.head.requestID
                _ = try events.next()
                try node.daemon.signal(SIGTERM)
                let frames = try await blocking { [events] in
                    var events = events
                    return try events.rest()
                }
                let error = try JSONValue(parsing: #require(frames.last { $0.hasPrefix("{") }))["error"]
                #expect(error["code"] == "shutting_down" && error["message"].string?.isEmpty == false, "\(frames)")
                #expect(try await node.daemon.finished().status == 0)
                #expect(RunningProcesses.engines(runtime: node.runtime).isEmpty)
                #expect(try await node.cli("audit", "verify", "--state", node.state).status == 0)
                try await node.start()
                let records = try await node.records(of: id)
                #expect(records.map { $0["phase"] } == ["intent", "outcome"])
                #expect(["cancelled", "failed", "interrupted"].contains(records.last?["outcome"]["result"].string))
            }
        }

        @Test("Idle keep-alive connections, a tail and half-sent requests do not hold up the end")
        func idle() async throws {
            // Whatever waited for the drain time would be found out by the deadline of `stop`.
            try await TestNode.with({ $0.environment = ["HOLDFAST_DRAIN_SECONDS": "3600"] }) { node in
                let kept = try RawSocket(node.api)
                #expect(try await blocking { try HTTPCall.answer(kept, HTTPCall.bytes("GET", "/healthz")) }.status == 200)
                let tail = try RawSocket(node.admin)
                tail.send(HTTPCall.bytes("GET", "/holdfast/v1/audit/tail"))
                let half = try RawSocket(node.api)
                half.send("GET /healthz HT")
                #expect(try await node.stop() == 0)
                withExtendedLifetime((kept, tail, half)) {}
            }
        }

        @Test("SIGTERM in mid-load ends the load, its engine and the daemon")
        func midLoad() async throws {
            try await TestNode.with({
                $0.scriptedEngine = true; $0.environment = ["HOLDFAST_DRAIN_SECONDS": "1"]
            }) { node in
                try await node.add("hang", script: "load:hang")
                let socket = try RawSocket(node.api)
                socket.send(HTTPCall.bytes("POST", "/v1/chat/completions", body: Array(TestNode.chatBody("hang").text.utf8)))
                try await eventually("it loads") { !RunningProcesses.engines(runtime: node.runtime).isEmpty }
                _ = try await node.stop(within: .seconds(30))
                #expect(RunningProcesses.engines(runtime: node.runtime).isEmpty)
                withExtendedLifetime(socket) {}
            }
        }
    }
}
