import Foundation
import HTTPTypes
import HoldfastCore
import HoldfastTestSupport
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import HoldfastHTTP

@Suite("A server that is cancelled")
struct SocketServerCancelTests {
    @Test("ends while connections are being accepted, and the program with it does not")
    func cancelled() async throws {
        let folder = try TemporaryFolder.make()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for round in 0..<40 {
            let path = folder + "/\(round).sock"
            let server = SocketServer(
                listener: try ListeningSocket(binding: path, kind: .api, mode: 0o666),
                limits: ConnectionLimits(maximum: 64, maximumPerUID: 64),
                idleSeconds: 60,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            ) { _, _ in .init(status: .ok) }
            let serving = Task { try await server.run() }
            await withDiscardingTaskGroup { group in
                for client in 0..<16 {
                    group.addTask {
                        // Refused from the moment of the cancellation on, which is as it should be.
                        let channel = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                            .connect(unixDomainSocketPath: path).get()
                        if client == round % 16 { serving.cancel() }
                        try? await channel?.close()
                    }
                }
            }
            try await serving.value
            await #expect(throws: (any Error).self, "nobody listens any more") {
                try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(unixDomainSocketPath: path).get()
            }
        }
    }
}
