public import HoldfastCore
public import HoldfastStore

/// Where a catalog keeps what it has. The embedded one is SQLite and files; each implementation passes `CatalogStorageSuite`.
///
/// A change and the audit record that speaks of it are durable together or not at all.
public protocol CatalogStorage: Sendable {
    /// Every metadata file, by name.
    func metadata() async throws -> [String: [UInt8]]
    func metadata(named name: String) async throws -> [UInt8]?
    /// A target's file by the path it is served under.
    func target(_ path: String) async throws -> [UInt8]?
    func targetPaths() async throws -> [String]
    func blobs() async throws -> [CatalogBlob]
    func blob(_ digest: SHA256Digest) async throws -> CatalogBlob?
    /// Opens a blob's file. Blocks.
    /// - Throws: ``HoldfastError`` `model_corrupt` when it is gone.
    func open(_ digest: SHA256Digest) throws -> RandomAccessFile
    func director(_ node: String) async throws -> CatalogDirector?
    /// By node.
    func directors() async throws -> [CatalogDirector]
    func tokens() async throws -> [AccessToken]

    /// Takes in an upload. Nothing of it is there before ``finish(_:variant:record:)``.
    func stage(expectedSize: Int64) throws -> StagedBlob
    func finish(_ staged: StagedBlob, _ blob: CatalogBlob, record: AuditRecord) async throws

    func apply(_ change: CatalogChange, record: AuditRecord) async throws
    func addToken(_ token: AccessToken, record: AuditRecord) async throws -> [AccessToken]
    func removeToken(_ name: String, record: AuditRecord) async throws -> [AccessToken]
    /// Removes the files of blobs that are in no row.
    func collectFiles() async throws -> (files: Int, bytes: Int64)

    func append(_ records: [AuditRecord], essential: Bool) async throws
    func checkpoint() async throws
    /// Why nothing can be recorded; nil while all is well.
    var failure: HoldfastError? { get }
    func close() async
}

/// One step from a whole state to the next.
public struct CatalogChange: Sendable {
    /// By name.
    public var metadata: [String: [UInt8]] = [:]
    public var removedMetadata: [String] = []
    /// By the path they are served under.
    public var targets: [String: [UInt8]] = [:]
    public var removedTargets: [String] = []
    public var directors: [CatalogDirector] = []
    public var removedBlobs: [SHA256Digest] = []

    public init() {}
}
