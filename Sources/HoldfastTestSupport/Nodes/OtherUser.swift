import Foundation
import Glibc

/// Requests from processes of other uids: the kernel, not the test, says who calls. Only root can start them.
public struct OtherUser: Sendable {
    public var uid: UInt32
    public var gid: UInt32
    public var groups: [UInt32]

    public init(uid: UInt32 = 1234, gid: UInt32? = nil, groups: [UInt32] = []) {
        self.uid = uid
        self.gid = gid ?? uid
        self.groups = groups
    }

    public static var canBecome: Bool { geteuid() == 0 }

    public struct Request: Sendable {
        public var socket: String
        public var method: String
        public var path: String
        public var headers: [String: String] = [:]
        public var body: String?

        public init(_ socket: String, _ method: String, _ path: String, headers: [String: String] = [:], body: String? = nil) {
            self.socket = socket
            self.method = method
            self.path = path
            self.headers = headers
            self.body = body
        }
    }

    /// Sends the requests one after the other, each on a connection of its own.
    public func send(_ requests: [Request]) async throws -> [HTTPAnswer] {
        let list = JSONValue.array(
            requests.map {
                [
                    "socket": .string($0.socket), "method": .string($0.method), "path": .string($0.path),
                    "headers": .object($0.headers.mapValues(JSONValue.string)), "body": $0.body.map(JSONValue.string) ?? .null,
                ]
            })
        let finished = try await run("/usr/bin/python3", ["-IBc", Self.caller()], input: list.text)
        guard finished.status == 0 else { throw TestFailure("the other user's process: \(finished)") }
        return try finished.json.array.map { answer in
            HTTPAnswer(
                status: Int(answer["status"].integer ?? 0),
                headers: Dictionary(uniqueKeysWithValues: answer["headers"].keys.map { ($0, answer["headers"][$0].string ?? "") }),
                body: Array((answer["body"].string ?? "").utf8))
        }
    }

    public func send(_ method: String, _ socket: String, _ path: String, body: JSONValue? = nil) async throws -> HTTPAnswer {
        guard let answer = try await send([Request(socket, method, path, body: body?.text)]).first else {
            throw TestFailure("no answer")
        }
        return answer
    }

    /// Runs any program as this user.
    public func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String = ""
    ) async throws -> TestProcess.Finished {
        let groups = groups.isEmpty ? "--clear-groups" : "--groups=" + groups.map(String.init).joined(separator: ",")
        return try await TestProcess.run(
            "/usr/bin/setpriv", ["--reuid=\(uid)", "--regid=\(gid)", groups, program] + arguments, environment: environment,
            input: Array(input.utf8))
    }

    /// The text, not the file: the package may lie where the other user cannot read.
    private static func caller() throws -> String {
        try String(contentsOf: URL(filePath: SourceTree.fixture("http-caller.py")), encoding: .utf8)
    }
}
