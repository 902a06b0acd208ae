import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Logging
import Testing

@testable import HoldfastNode

@Suite("The routes are the operation table")
struct RoutesTests {
    @Test("every operation has exactly one handler on its socket, and nothing else has a route", arguments: [SocketKind.api, .admin])
    func complete(socket: SocketKind) async throws {
        let folder = try TestFolder()
        let configuration = try NodeConfiguration.load(
            flags: ["state": folder.path + "/state", "runtime": folder.path + "/run", "cache": folder.path], configFile: nil,
            environment: [:], uid: 0)
        let daemon = try await Daemon(configuration, programs: "/none", environment: [:], logger: Logger(label: "test"))
        let node = daemon.node
        let routes = Routes(node: node, status: StatusReport(node: node, inventory: node.inventory))
        var operations: [HoldfastAPI.Operation] = []
        let pipeline = RequestPipeline(
            surface: .holdfast, authorizer: { node.policy.authorizer }, audit: node.trail, now: node.now)
        _ = OperationRouter(pipeline) { builder in
            switch socket {
            case .api: routes.addApplications(&builder)
            default: routes.addAdministration(&builder)
            }
            operations = builder.operations
        }
        func lines(_ list: [HoldfastAPI.Operation]) -> [String] {
            list.map { "\($0.id) \($0.method.rawValue) \($0.path) \($0.socket.rawValue)" }.sorted()
        }
        #expect(lines(operations) == lines(HoldfastAPI.Operation.all.filter { $0.socket == socket }))
        await node.store.close()
    }
}
