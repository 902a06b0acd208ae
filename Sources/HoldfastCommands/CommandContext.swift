import Glibc

/// What a command gets from the world around it; a test gives it another world.
struct CommandContext: Sendable {
    var console: Console
    var environment: [String: String]
    var uid: UInt32
    /// Milliseconds since 1970.
    var now: @Sendable () -> Int64 = { LocalTime.now() }

    /// HTTPS to a catalog: nil but in the plug-in.
    var webTransport: (@Sendable (_ address: String, _ authorities: String?) throws -> any CatalogTransport)?

    func node(_ options: NodeOptions) -> NodeClient {
        NodeClient(runtime: RuntimeLocator(uid: uid, environment: environment).directory(named: options.runtime))
    }
}
