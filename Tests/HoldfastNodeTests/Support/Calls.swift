import HoldfastAPI
import HoldfastCore
import NIOCore
import NIOPosix

@testable import HoldfastHTTP

extension Call {
    /// A call of a connection that never hangs up.
    static func sample(
        _ operation: HoldfastAPI.Operation = .chatCompletions, uid: UInt32 = 1234, socket: SocketKind = .api, id: String = "id",
        model: String? = nil
    ) throws -> Call {
        let caller = Caller(uid: uid, gid: uid, pid: 1, groups: [], socket: socket)
        let never = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Void.self)
        never.succeed()
        let policy = try PolicyLoader(builtInBindings: .startedBy(uid: 0), resolver: NameResolver(user: { _ in nil }, group: { _ in nil }))
            .load([], generation: 7)
        var call = Call(
            id: id, operation: operation, caller: caller, authorizer: Authorizer(policy), hangUp: HangUp(closeFuture: never.futureResult),
            receivedAt: 1000, start: .now)
        call.resource = try model.map { AuditResource(.model(try ModelName(parsing: $0))) }
        return call
    }
}
