#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What an operator signed, on its way into force: `publications`, `withdrawals`, `root`. Files are base 64, as JSON has it.
public struct PublicationBody: Codable, Sendable {
    /// The next root.
    public var root: Data?
    /// The next targets.
    public var targets: Data?
    /// Manifests that the targets name, by target path.
    public var manifests: [String: Data]

    public init(root: Data? = nil, targets: Data? = nil, manifests: [String: Data] = [:]) {
        self.root = root
        self.targets = targets
        self.manifests = manifests
    }
}

/// The versions in force after a publication.
public struct PublishedBody: Codable, Sendable {
    /// By role: `root`, `targets`, `snapshot`, `timestamp`.
    public var versions: [String: Int]
    public init(versions: [String: Int]) { self.versions = versions }
}

/// `GET /catalog/v1/repository`: what it takes to sign the next version.
public struct RepositoryBody: Codable, Sendable {
    /// Every root, and the newest of the others, by file name.
    public var metadata: [String: Data]
    /// Manifests of what the targets name, by target path.
    public var manifests: [String: Data]
    public var signer: SignerBody?
    /// Why the signer does not answer, or what the catalog cannot do; nil while all is well.
    public var problem: String?

    public init(metadata: [String: Data], manifests: [String: Data], signer: SignerBody?, problem: String?) {
        self.metadata = metadata
        self.manifests = manifests
        self.signer = signer
        self.problem = problem
    }
}

public struct SignerBody: Codable, Sendable {
    /// Public keys by role, each as TUF has it, as JSON.
    public var keys: [String: [Data]]
    /// The newest version signed of each thing.
    public var versions: [String: Int]

    public init(keys: [String: [Data]], versions: [String: Int]) {
        self.keys = keys
        self.versions = versions
    }
}

/// The answer to an upload.
public struct UploadedBody: Codable, Sendable {
    public var digest: String
    public var size: Int64

    public init(digest: String, size: Int64) {
        self.digest = digest
        self.size = size
    }
}

/// `POST /catalog/v1/gc`.
public struct CollectedBody: Codable, Sendable {
    public var files: Int
    public var bytes: Int64
    /// Manifests and metadata of old versions.
    public var documents: Int

    public init(files: Int, bytes: Int64, documents: Int) {
        self.files = files
        self.bytes = bytes
        self.documents = documents
    }
}

/// `POST /catalog/v1/directors/{node}`, and one of `GET /catalog/v1/directors`.
public struct DirectorBody: Codable, Sendable {
    public struct Model: Codable, Sendable {
        public var name: String
        public var version: String?
        public var device: String?
        public var pinned: Bool?

        public init(name: String, version: String? = nil, device: String? = nil, pinned: Bool? = nil) {
            self.name = name
            self.version = version
            self.device = device
            self.pinned = pinned
        }
    }

    public var models: [Model]
    /// `22:00-05:00`
    public var download: String?
    public var activate: String?
    public var localOverride: Bool?
    /// Set by the catalog.
    public var node: String?
    public var version: Int?
    public var expires: String?

    public init(models: [Model], download: String? = nil, activate: String? = nil, localOverride: Bool? = nil) {
        self.models = models
        self.download = download
        self.activate = activate
        self.localOverride = localOverride
    }

    enum CodingKeys: String, CodingKey {
        case models, download, activate, node, version, expires
        case localOverride = "local_override"
    }
}

public struct DirectorListBody: Codable, Sendable {
    public var directors: [DirectorBody]
    public init(directors: [DirectorBody]) { self.directors = directors }
}
