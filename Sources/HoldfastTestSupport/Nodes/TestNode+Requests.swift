import Foundation
import Glibc

extension TestNode {
    // MARK: HTTP

    public func get(_ socket: String, _ path: String, headers: [String] = []) async throws -> HTTPAnswer {
        try await HTTPCall.send(socket, "GET", path, headers: headers)
    }

    public func post(_ socket: String, _ path: String, _ body: JSONValue? = nil, headers: [String] = []) async throws -> HTTPAnswer {
        try await HTTPCall.send(socket, "POST", path, headers: headers, body: Array((body?.text ?? "").utf8))
    }

    public func delete(_ path: String) async throws -> HTTPAnswer { try await HTTPCall.send(admin, "DELETE", path) }

    /// A chat of one message. Streams are ``EventReader``'s.
    public func chat(_ model: String, _ prompt: String = "Why is the sky blue?", maxTokens: Int = 8) async throws -> HTTPAnswer {
        try await post(api, "/v1/chat/completions", Self.chatBody(model, prompt, maxTokens: maxTokens))
    }

    public static func chatBody(
        _ model: String, _ prompt: String = "Why is the sky blue?", maxTokens: Int = 8, stream: Bool = false, usage: Bool = false
    ) -> JSONValue {
        var body: [String: JSONValue] = [
            "model": .string(model), "messages": [["role": "user", "content": .string(prompt)]], "max_tokens": .integer(Int64(maxTokens)),
            "temperature": 0, "seed": 1,
        ]
        if stream { body["stream"] = true }
        if usage { body["stream_options"] = ["include_usage": true] }
        return .object(body)
    }

    public func streamBytes(_ body: JSONValue, path: String = "/v1/chat/completions") -> [UInt8] {
        HTTPCall.bytes("POST", path, body: Array(body.text.utf8))
    }

    /// Adds a model of a few hundred bytes; `script` is what the scripted engine does with it.
    @discardableResult public func add(_ name: String, script: String = "") async throws -> JSONValue {
        let answer = try await HTTPCall.send(
            admin, "POST", "/holdfast/v1/models/\(Self.escape(name))", body: TestModel.bytes(script: script, name: name))
        guard answer.status == 200 else { throw TestFailure("adding \(name): \(answer.status) \(answer.text)") }
        return try answer.json
    }

    /// One path component.
    public static func escape(_ name: String) -> String {
        name.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~"))) ?? name
    }

    public func status() async throws -> JSONValue { try await get(admin, "/holdfast/v1/status").json }
    public func engines() async throws -> [JSONValue] { try await get(admin, "/holdfast/v1/engines").json["engines"].array }

    // MARK: The command line

    public func cli(_ arguments: String..., input: String = "", within limit: Duration = .seconds(120)) async throws -> TestProcess.Finished
    {
        try await TestProcess.run(
            SourceTree.program("holdfast"), arguments, environment: ["HOLDFAST_RUNTIME": runtime], input: Array(input.utf8), within: limit)
    }

    /// The demo model, as `smol`.
    public func addSmolLM() async throws {
        let added = try await cli("model", "add", Installed.smolLM(), "--name", "smol")
        guard added.status == 0 else { throw TestFailure("model add: \(added)") }
    }

    // MARK: The audit trail

    /// Records, newest first, each as parsed JSON. The query is that of `GET /holdfast/v1/audit/records`.
    public func records(_ query: String = "limit=1000") async throws -> [JSONValue] {
        let answer = try await get(admin, "/holdfast/v1/audit/records?\(query)")
        guard answer.status == 200 else { throw TestFailure("audit records: \(answer.status) \(answer.text)") }
        return try answer.json["records"].array.map { try JSONValue(parsing: $0["text"].string ?? "") }
    }

    /// The records of one request, oldest first.
    public func records(of id: String) async throws -> [JSONValue] {
        let answer = try await get(admin, "/holdfast/v1/audit/records/\(id)")
        return try answer.json["records"].array.map { try JSONValue(parsing: $0["text"].string ?? "") }
    }
}
