import Glibc
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastStore
import NIOHTTP1

/// Work whose end shows that a part of the daemon lives: done by that part, for nobody.
struct LifeProof: Sendable {
    /// For the log: `the scheduler`.
    let part: String
    /// Returns when the part has done it, and not before.
    let prove: @Sendable () async -> Void
}

extension LifeProof {
    private static let retryAfter = Duration.milliseconds(200)

    /// A request through a listening socket: accepting, parsing, routing, answering.
    ///
    /// What is answered does not matter. A socket that is full of applications refuses one more by closing it: that is an answer too, since a
    /// crowd must not be what restarts the daemon. No answer is asked for again.
    static func listener(_ path: String) -> LifeProof {
        LifeProof(part: "the listener of \(path)") {
            let client = UnixHTTPClient(socketPath: path, headTimeout: nil)
            while !Task.isCancelled {
                do {
                    _ = try await client.send(.GET, "/healthz").collect(upTo: 64 << 10)
                    return
                } catch {
                    let kind = ((error as? HoldfastError)?.cause as? UnixHTTPFailure)?.kind
                    // A name that somebody removed: no restart of the service brings it back, so it is no reason for one.
                    if kind == .closed || kind == .connect(errno: ENOENT) { return }
                    try? await Task.sleep(for: retryAfter)
                }
            }
        }
    }

    /// An empty transaction in the audit trail's queue. A disk that fails is no hang: the node says what is wrong, and works on it.
    static func writer(_ store: NodeStore) -> LifeProof {
        LifeProof(part: "the audit writer") {
            while !Task.isCancelled {
                if (try? await store.commit(essential: true) { _ in }) != nil || store.failure != nil { return }
                try? await Task.sleep(for: retryAfter)
            }
        }
    }

    /// A question to the actor that admits, loads and evicts.
    static func scheduler(_ engines: EngineManager) -> LifeProof {
        LifeProof(part: "the scheduler") { _ = await engines.loaded() }
    }
}
