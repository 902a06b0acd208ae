import HoldfastTestSupport
import Synchronization

@testable import HoldfastCore

/// A client with a store in memory. It asks a repository that the test may change in between.
final class SimulatedClient: Sendable {
    private struct State {
        var stored: [String: [UInt8]] = [:]
        var roots: [Int: [UInt8]] = [:]
        var asked: [String] = []
    }

    private let state = Mutex(State())
    let limits: TUFLimits

    /// - Parameter root: what it trusts to begin with.
    init(trusting root: [UInt8], limits: TUFLimits = TUFLimits()) {
        self.limits = limits
        state.withLock { $0.stored["root"] = root }
    }

    convenience init(of repository: SimulatedRepository, limits: TUFLimits = TUFLimits()) throws {
        guard let root = repository.files["1.root.json"] else { throw TestFailure("no first root") }
        self.init(trusting: root, limits: limits)
    }

    /// Files that were asked for since the last look.
    func takeAsked() -> [String] {
        state.withLock { state in
            defer { state.asked = [] }
            return state.asked
        }
    }

    func stored(_ role: String) -> [UInt8]? { state.withLock { $0.stored[role] } }
    func setStored(_ role: String, _ bytes: [UInt8]?) { state.withLock { $0.stored[role] = bytes } }
    var rootHistory: [Int] { state.withLock { $0.roots.keys.sorted() } }

    /// The version that is trusted, by the file itself.
    func version(_ role: String) throws -> Int? {
        try stored(role).flatMap { try OLPCJSON(parsing: $0).objectValue?["signed"]?.objectValue?["version"]?.integerValue }
    }

    @discardableResult
    func refresh(from repository: SimulatedRepository, at time: TUFTime = SimulatedRepository.now) async throws -> TUFUpdater {
        var updater = try TUFUpdater(
            source: Source(files: repository.files, client: self), store: Store(client: self), start: time, limits: limits)
        try await updater.refresh()
        return updater
    }

    func find(_ path: String, in repository: SimulatedRepository) async throws -> TUFTarget? {
        var updater = try await refresh(from: repository)
        _ = takeAsked()
        return try await updater.find(path)
    }

    private struct Source: TUFFetching {
        let files: [String: [UInt8]]
        let client: SimulatedClient

        func fetch(_ request: TUFRequest) async throws -> [UInt8]? {
            client.state.withLock { $0.asked.append(request.file) }
            return files[request.file]
        }
    }

    private struct Store: TUFStoring {
        let client: SimulatedClient

        func load(role: String) throws -> [UInt8]? { client.stored(role) }

        func apply(_ changes: [TUFChange]) throws {
            for change in changes {
                switch change {
                case .store(let role, let version, let bytes):
                    client.state.withLock {
                        $0.stored[role] = bytes
                        if role == "root" { $0.roots[version] = bytes }
                    }
                case .forget(let role): client.setStored(role, nil)
                }
            }
        }
    }
}

/// The code of what an operation throws.
func refusal<Value>(_ operation: () async throws -> Value) async -> HoldfastError.Code? {
    do {
        _ = try await operation()
        return nil
    } catch {
        return (error as? HoldfastError)?.code ?? "other"
    }
}
