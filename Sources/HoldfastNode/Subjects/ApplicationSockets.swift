import CDispatch  // Some builds of the module cache say that `stat` is its.
import FoundationEssentials
import Glibc
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Logging
import ServiceLifecycle
import Synchronization

/// Application sockets: RUNTIME/apps/NAME/api.sock, each for one subject.
///
/// RUNTIME/apps is closed to all but the daemon's uid and root. The folder NAME and the socket in it are open, because whoever is given them,
/// by a bind mount into a container, is the subject: a mount passes over the folders above it.
final class ApplicationSockets: Sendable {
    /// Bound, and not served yet.
    struct Bound: Sendable {
        let socket: ApplicationSocket
        let listener: ListeningSocket
        let account: ActingAccount
    }

    private struct Served: Sendable {
        let account: ActingAccount
        let hangUp: @Sendable () -> Void
    }

    private struct State {
        var serve: (@Sendable (ListeningSocket) -> SocketServer)?
        var served: [String: Served] = [:]
        /// Why a socket that should be open is not, by name.
        var problems: [String: String] = [:]
    }

    private let folder: String
    private let logger: Logger
    private let state = Mutex(State())
    private let servers: AsyncStream<SocketServer>
    private let source: AsyncStream<SocketServer>.Continuation

    init(runtime: String, logger: Logger) {
        folder = runtime + "/apps"
        self.logger = logger
        (servers, source) = AsyncStream.makeStream()
    }

    func path(_ name: String) -> String { "\(folder)/\(name)/api.sock" }

    func problem(_ name: String) -> String? { state.withLock { $0.problems[name] } }
    var problems: [String: String] { state.withLock { $0.problems } }

    /// How a listener is served; set once, before anything is opened.
    func serve(with make: @escaping @Sendable (ListeningSocket) -> SocketServer) {
        state.withLock { $0.serve = make }
    }

    /// Opens what there should be and removes what a killed daemon left. One that cannot be opened stops none of the others.
    func openAll(_ sockets: [ApplicationSocket]) {
        removeOthers(than: Set(sockets.map(\.name)))
        for socket in sockets {
            do {
                serve(try bind(socket))
            } catch {
                let error = HoldfastError(wrapping: error)
                state.withLock { $0.problems[socket.name] = error.message }
                logger.warning("an application socket is not open", metadata: ["name": "\(socket.name)", "error": "\(error)"])
            }
        }
    }

    /// - Throws: ``HoldfastError`` `socket_in_use`, `configuration_invalid`, `invalid_request` for a name too long for the path.
    func bind(_ socket: ApplicationSocket) throws -> Bound {
        let path = path(socket.name)
        guard path.utf8.count <= ListeningSocket.maximumPathBytes else {
            throw HoldfastError(
                .invalidRequest,
                "The socket's path '\(path)' would have \(path.utf8.count) bytes; \(ListeningSocket.maximumPathBytes) is the most.",
                hint: "choose a shorter name", field: "name")
        }
        let account = ActingAccount(socket)
        // Under the lock, so that no removal of the same name comes between folder and socket.
        return try state.withLock { _ in
            try Self.makeFolder(folder, mode: 0o700)
            try Self.makeFolder("\(folder)/\(socket.name)", mode: 0o755)
            let door = Door.application(name: socket.name) { account.caller(pid: $0) }
            let own = try ListeningSocket(binding: path, kind: .api, mode: 0o666, door: door)
            // The server does not remove the file: by the time it ends, another socket may have the name.
            return Bound(
                socket: socket, listener: ListeningSocket(inherited: own.descriptor, kind: .api, door: door), account: account)
        }
    }

    func serve(_ bound: Bound) {
        state.withLock { state in
            guard let server = state.serve?(bound.listener) else { return }
            state.served[bound.socket.name] = Served(account: bound.account, hangUp: { server.hangUp() })
            state.problems[bound.socket.name] = nil
            source.yield(server)
        }
    }

    /// Takes back a ``bind(_:)`` that came to nothing.
    func discard(_ bound: Bound) {
        state.withLock { _ in remove(bound.socket.name) }
        Glibc.close(bound.listener.descriptor)
    }

    /// Ends a socket: file, listener and every connection that came through it.
    func close(_ name: String) {
        let served = state.withLock { state in
            remove(name)
            state.problems[name] = nil
            return state.served.removeValue(forKey: name)
        }
        served?.hangUp()
    }

    /// Looks up the groups of the uids whose place is taken.
    func refreshAccounts() {
        for served in state.withLock({ Array($0.served.values) }) { served.account.refresh() }
    }

    private func remove(_ name: String) {
        unlink(path(name))
        rmdir("\(folder)/\(name)")
    }

    private func removeOthers(than names: Set<String>) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where !names.contains(name) { remove(name) }
    }

    private static func makeFolder(_ path: String, mode: UInt32) throws {
        func refuse(_ why: String) -> HoldfastError {
            HoldfastError(.configurationInvalid, "The folder '\(path)' cannot be used: \(why).", hint: "holdfastd --runtime DIR")
        }
        if mkdir(path, mode) != 0, errno != EEXIST { throw refuse(String(cString: strerror(errno))) }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { throw refuse("it is not a directory") }
        guard status.st_uid == getuid() else { throw refuse("it belongs to uid \(status.st_uid)") }
        // mkdir obeyed the umask.
        guard chmod(path, mode) == 0 else { throw refuse(String(cString: strerror(errno))) }
    }
}

extension ApplicationSockets: Service {
    /// Serves whatever is opened, until shutdown. The folders stay: a container has them mounted and finds the next run's sockets in them.
    func run() async throws {
        await withDiscardingTaskGroup { group in
            for await server in servers.cancelOnGracefulShutdown() {
                group.addTask { [logger] in
                    do {
                        try await server.run()
                    } catch {
                        logger.error("an application socket could not be served", metadata: ["error": "\(error)"])
                    }
                }
            }
        }
        for name in state.withLock({ Array($0.served.keys) }) { unlink(path(name)) }
    }
}
