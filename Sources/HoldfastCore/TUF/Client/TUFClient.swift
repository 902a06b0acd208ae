/// The client workflow of TUF 1.0.34 (§5) as rules without I/O.
///
/// It says what it needs next and takes what came, so that whoever verifies need not be who fetches: holdfastd verifies, a courier moves bytes.
///
///     var client = try TUFClient(root: trusted, start: now)
///     while let step = try client.refreshStep() {
///         let changes = try client.accept(answer(to: step), for: step)
///         store(changes)
///     }
///
/// An error ends the update; a new client begins the next, from what is stored (§5: no error leaves it unrecoverable).
public struct TUFClient: Sendable {
    /// The fixed time at which the update began (§5.1).
    public let start: TUFTime
    let limits: TUFLimits
    /// Version N of the root (§5.3.2).
    var root: TUFSigned<TUFRoot>
    var newRoots = 0
    /// The trusted timestamp, old or new.
    var timestamp: TUFSigned<TUFTimestamp>?
    /// What the last update trusted: no newer snapshot may fall behind it (§5.5.5).
    var lastSnapshot: TUFSigned<TUFSnapshot>?
    /// The snapshot of this update.
    var snapshot: TUFSigned<TUFSnapshot>?
    /// Targets metadata that fits the snapshot, by role, and whose word it was verified by.
    var targets: [String: (metadata: TUFSigned<TUFTargets>, keyring: TUFKeyring)] = [:]
    var phase = Phase.root
    /// A role that a search asked for, and whose word it is to be verified by.
    var searched: (step: TUFStep, role: String, keyring: TUFKeyring)?
    /// Roles of which what is stored was looked at.
    var loaded: Set<String> = []

    enum Phase: Sendable {
        case root, storedTimestamp, timestamp, storedSnapshot, snapshot, storedTargets, targets, done
    }

    /// - Parameters:
    ///   - root: the trusted root metadata: the newest stored, or what came with the installation (§5.2). It must be signed by its own keys.
    ///     That it may have expired does not matter yet.
    ///   - start: now. The caller sees to it that it is not below any time it has seen signed.
    /// - Throws: ``HoldfastError`` `metadata_invalid`, `metadata_unsigned`.
    public init(root: [UInt8], start: TUFTime, limits: TUFLimits = TUFLimits()) throws {
        let root = try TUFSigned<TUFRoot>(parsing: root)
        try root.content.keyring(of: .root).check(root.envelope, name: TUFRoot.type)
        self.root = root
        self.start = start
        self.limits = limits
    }

    public var rootVersion: Int { root.version }
    /// Set once ``refreshStep()`` has returned nil.
    public var snapshotContent: TUFSnapshot? { phase == .done ? snapshot?.content : nil }
    public var timestampContent: TUFTimestamp? { phase == .done ? timestamp?.content : nil }
    /// Whether targets are named with a hash (§5.3.12).
    public var usesConsistentSnapshots: Bool { root.content.consistentSnapshot == true }

    /// - Returns: nil when all top-level metadata is up to date.
    public func refreshStep() throws -> TUFStep? {
        switch phase {
        case .root:
            return .fetch(
                TUFRequest(
                    role: TUFRoot.type, file: TUFMetadataFile.name(of: TUFRoot.type, version: root.version + 1),
                    maximumBytes: limits.rootBytes))
        case .storedTimestamp: return .load(role: TUFTimestamp.type)
        case .timestamp:
            return .fetch(
                TUFRequest(
                    role: TUFTimestamp.type, file: TUFMetadataFile.name(of: TUFTimestamp.type), maximumBytes: limits.timestampBytes))
        case .storedSnapshot: return .load(role: TUFSnapshot.type)
        case .snapshot: return .fetch(try request(TUFSnapshot.type, snapshotFile(), atMost: limits.snapshotBytes))
        case .storedTargets: return .load(role: TUFTargets.type)
        case .targets: return .fetch(try request(TUFTargets.type, targetsFile(TUFTargets.type), atMost: limits.targetsBytes))
        case .done: return nil
        }
    }

    /// Takes what a step of ``refreshStep()`` or ``search(for:)`` asked for.
    /// - Parameter bytes: nil when there is no such thing.
    /// - Returns: what is to be stored before anything else is done.
    /// - Throws: ``HoldfastError`` `metadata_invalid`, `metadata_unsigned`, `metadata_rollback`, `metadata_expired`.
    public mutating func accept(_ bytes: [UInt8]?, for step: TUFStep) throws -> [TUFChange] {
        if case .fetch(let request) = step, let bytes, bytes.count > request.maximumBytes {
            throw HoldfastError.metadata(request.role, "it is longer than \(request.maximumBytes) bytes")
        }
        if let searched, searched.step == step { return try acceptSearched(bytes) }
        guard step == (try refreshStep()) else { throw HoldfastError(.internalError, "This metadata was not asked for.") }
        switch phase {
        case .root: return try acceptRoot(bytes)
        case .storedTimestamp: takeStoredTimestamp(bytes)
        case .timestamp: return try acceptTimestamp(bytes)
        case .storedSnapshot: takeStoredSnapshot(bytes)
        case .snapshot: return try acceptSnapshot(bytes)
        case .storedTargets:
            let known = try? bytes.map { try checkedTargets($0, role: TUFTargets.type, keyring: root.content.keyring(of: .targets)) }
            phase = known == nil ? .targets : .done
        case .targets:
            let changes = try acceptTargets(bytes, role: TUFTargets.type, keyring: root.content.keyring(of: .targets))
            phase = .done
            return changes
        case .done: break
        }
        return []
    }

    /// A file whose version, and perhaps length, other metadata names (§5.5.1, §5.6.1).
    func request(_ role: String, _ file: TUFMetaFile, atMost limit: Int) throws -> TUFRequest {
        if let length = file.length, length > limit {
            throw HoldfastError.metadata(role, "it would have \(length) bytes, and more than \(limit) are not taken")
        }
        let name = usesConsistentSnapshots ? TUFMetadataFile.name(of: role, version: file.version) : TUFMetadataFile.name(of: role)
        return TUFRequest(role: role, file: name, maximumBytes: file.length ?? limit)
    }

    func present(_ bytes: [UInt8]?, _ role: String) throws -> [UInt8] {
        guard let bytes else { throw HoldfastError.metadata(role, "the source does not have it") }
        return bytes
    }
}
