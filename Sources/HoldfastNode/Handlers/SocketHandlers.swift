import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird

/// `POST /holdfast/v1/access/sockets`.
struct SocketCreateHandler: OperationHandler {
    struct Input: Sendable {
        let name: String
        let subject: Subject?
    }

    let operation = HoldfastAPI.Operation.accessSocketCreate
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let body = try RequestDecoding.decode(SocketCreateBody.self, from: await RequestBodyReader.collect(request))
        try NamedSubject.checkName(body.name, field: "name")
        return Input(name: body.name, subject: try body.subject.map { try Subject(parsing: $0) })
    }

    func resources(of input: Input) -> [Resource] { [.node] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        let socket = ApplicationSocket(
            name: input.name, actsAs: try await offPool { try Self.uid(input) }, creatorUID: call.caller.uid, created: node.trail.time)
        var record = node.trail.record(of: call)
        record.resource = AuditResource(
            kind: "socket", name: "\(socket.name) (\(socket.actsAs.map { "uid:\($0)" } ?? "app:\(socket.name)"))")
        let written = record
        let sockets = node.applicationSockets
        if try await node.store.subjects.sockets().contains(where: { $0.name == socket.name }) {
            // The transaction says the same; this one has made no file yet.
            throw HoldfastError(
                .subjectExists, "There is an application socket '\(socket.name)' already.",
                hint: "holdfast access socket revoke \(socket.name)", field: "name")
        }
        let bound = try await offPool { try sockets.bind(socket) }
        do {
            try await node.store.commit { transaction in
                try transaction.addSocket(socket)
                try transaction.append(written)
            }
        } catch {
            sockets.discard(bound)
            throw error
        }
        sockets.serve(bound)
        return Answer(try .json(SocketInfo(socket, sockets)), recorded: .written)
    }

    /// The uid whose place the socket's callers take; nil when they are `app:NAME` and nobody else.
    private static func uid(_ input: Input) throws -> UInt32? {
        switch input.subject {
        case nil: return nil
        case .app(let name) where name == input.name: return nil
        case .uid(let uid): return uid
        case .user(let name):
            guard let uid = SystemNames.userID(name), uid != Caller.overflowID else {
                throw HoldfastError(.invalidRequest, "This machine knows no user '\(name)'.", hint: "getent passwd", field: "subject")
            }
            return uid
        case .app, .token, .group, .gid, .loopback:
            throw HoldfastError(
                .invalidRequest, "The callers of an application socket are app:\(input.name), or take the place of uid:N or user:NAME.",
                hint: "holdfast access socket create \(input.name) --subject uid:N", field: "subject")
        }
    }
}

/// `GET /holdfast/v1/access/sockets`.
struct SocketListHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.accessSocketList
    let node: Node

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        let sockets = try await node.store.subjects.sockets().map { SocketInfo($0, node.applicationSockets) }
        return Answer(try .json(SocketListBody(sockets: sockets)), recorded: .counted)
    }
}

/// `DELETE /holdfast/v1/access/sockets/{name}`.
struct SocketRevokeHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.accessSocketRevoke
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> String { try parameters.subjectName() }
    func resources(of input: String) -> [Resource] { [.node] }

    func handle(_ input: String, _ call: Call) async throws -> Answer {
        var record = node.trail.record(of: call)
        record.resource = AuditResource(kind: "socket", name: input)
        let written = record
        try await node.store.commit { transaction in
            try transaction.removeSocket(input)
            try transaction.append(written)
        }
        let sockets = node.applicationSockets
        try await offPool { sockets.close(input) }
        return Answer(try .json(SubjectRevokedBody(name: input)), recorded: .written)
    }
}

extension SocketInfo {
    init(_ socket: ApplicationSocket, _ sockets: ApplicationSockets) {
        self.init(
            name: socket.name, subject: "app:\(socket.name)", actsAs: socket.actsAs, path: sockets.path(socket.name),
            creatorUID: socket.creatorUID, created: socket.created, problem: sockets.problem(socket.name))
    }
}
