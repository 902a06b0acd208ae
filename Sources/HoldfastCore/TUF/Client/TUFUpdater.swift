/// Where metadata comes from.
public protocol TUFFetching: Sendable {
    /// - Returns: nil when the source has no such file.
    /// - Throws: whatever else is wrong with the source, also when the file has more than ``TUFRequest/maximumBytes``.
    func fetch(_ request: TUFRequest) async throws -> [UInt8]?
}

/// Where trusted metadata is kept, as it came.
public protocol TUFStoring: Sendable {
    func load(role: String) throws -> [UInt8]?
    /// Stores all of them, or none.
    func apply(_ changes: [TUFChange]) throws
}

/// Drives a ``TUFClient`` between a source and a store.
public struct TUFUpdater: Sendable {
    public private(set) var client: TUFClient
    private let source: any TUFFetching
    private let store: any TUFStoring

    /// Begins an update from the root that is stored.
    /// - Throws: ``HoldfastError`` `metadata_invalid` when there is none.
    public init(source: any TUFFetching, store: any TUFStoring, start: TUFTime, limits: TUFLimits = TUFLimits()) throws {
        guard let root = try store.load(role: "root") else {
            throw HoldfastError(.metadataInvalid, "There is no trusted root metadata to begin with.")
        }
        client = try TUFClient(root: root, start: start, limits: limits)
        self.source = source
        self.store = store
    }

    /// Brings the top-level metadata up to date.
    public mutating func refresh() async throws {
        while let step = try client.refreshStep() { try await take(step) }
    }

    /// - Returns: nil when no role that may publish it does.
    public mutating func find(_ path: String) async throws -> TUFTarget? {
        while true {
            switch try client.search(for: path) {
            case .needs(let step): try await take(step)
            case .found(let target): return target
            case .absent: return nil
            }
        }
    }

    private mutating func take(_ step: TUFStep) async throws {
        let bytes =
            switch step {
            case .load(let role): try store.load(role: role)
            case .fetch(let request): try await source.fetch(request)
            }
        let changes = try client.accept(bytes, for: step)
        if !changes.isEmpty { try store.apply(changes) }
    }
}
