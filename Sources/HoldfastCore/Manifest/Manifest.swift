/// What a publication says a model *is*: a TUF target, read by catalog and node alike. `docs/schema/manifest.schema.json` describes its JSON.
public struct Manifest: Sendable, Equatable {
    /// Of the JSON; another one is refused.
    public static let schema: Int64 = 1
    /// Bytes of the JSON. A model of 500 GB has some 130,000 chunks of about 100 bytes each.
    public static let maximumBytes = 32 << 20

    public enum Kind: String, Sendable, CaseIterable { case model, engine }

    public var kind: Kind
    /// Without a tag: `smollm2`, `acme/router`.
    public var name: String
    /// A tag's letters: `1.4.0`.
    public var version: String
    /// Grows with each release of the name, whatever versions are called: nodes go back to a lower one only when they are told so.
    public var releaseCounter: Int64
    /// Whole names it also goes by: `smollm2:latest`.
    public var aliases: [ModelName]
    /// `chat`, `completion`, `long-context`, `embedding`; of an engine `engine`.
    public var task: String
    /// Lower-case words: `chat`, `json`.
    public var capabilities: [String]
    /// Tokens.
    public var context: Int64?
    /// A chat template in place of the file's.
    public var template: String?
    public var sampling: Sampling
    public var licence: Licence
    public var pinnedPrompts: [PinnedText]
    /// Seconds that a node may go on using it without having heard of the catalog; nil for ever.
    public var maximumOffline: Int64?
    /// Seconds that it may go on being used after a node learnt that it is revoked.
    public var revocationGrace: Int64
    public var provenance: Provenance
    /// The oldest Holdfast that can use it: `0.4.0`.
    public var leastNodeVersion: String
    public var variants: [Variant]

    public init(
        kind: Kind = .model, name: String, version: String, releaseCounter: Int64, task: String, licence: Licence, variants: [Variant]
    ) {
        self.kind = kind
        self.name = name
        self.version = version
        self.releaseCounter = releaseCounter
        aliases = []
        self.task = task
        capabilities = []
        sampling = Sampling()
        self.licence = licence
        pinnedPrompts = []
        revocationGrace = 0
        provenance = Provenance()
        leastNodeVersion = "0.0.0"
        self.variants = variants
    }

    /// Where it lies among the targets: `models/acme/router/1.4.0.json`.
    public var targetPath: String { Self.targetPath(kind: kind, name: name, version: version) }

    public static func targetPath(kind: Kind = .model, name: String, version: String) -> String {
        "\(kind.rawValue)s/\(name)/\(version).json"
    }
}

extension Manifest {
    /// Defaults for requests that say nothing; absent ones are the engine's.
    public struct Sampling: Sendable, Equatable {
        public var temperature: Double?
        public var topP: Double?
        public var topK: Int64?
        public var minP: Double?
        public var repeatPenalty: Double?
        /// Tokens of an answer.
        public var maximumTokens: Int64?

        public init() {}
    }

    public struct Licence: Sendable, Equatable {
        /// SPDX identifier, where there is one.
        public var id: String?
        /// The whole text.
        public var text: String

        public init(id: String? = nil, text: String) {
            self.id = id
            self.text = text
        }
    }

    /// Computed once on a node and used by everybody who may use the model.
    public struct PinnedText: Sendable, Equatable {
        /// `system` or `text`.
        public var kind: String
        public var text: String

        public init(kind: String, text: String) {
            self.kind = kind
            self.text = text
        }
    }

    /// Where the model came from; words for people, but for the digest.
    public struct Provenance: Sendable, Equatable {
        public var source: String?
        public var revision: String?
        public var publisher: String?
        /// `2026-11-24T13:05:00Z`
        public var publishedAt: String?
        /// Of an OpenSSF model-signing bundle.
        public var bundle: SHA256Digest?

        public init() {}
    }

    /// One file for one kind of device.
    public struct Variant: Sendable, Equatable {
        /// `cpu`, `cuda`; part of its name.
        public var device: String
        /// `gguf`; of an engine `archive`.
        public var format: String
        public var quantization: String?
        public var digest: SHA256Digest
        /// Bytes.
        public var size: Int64
        /// In the file's order; together they are the file.
        public var chunks: [Chunk]
        /// Bytes that one engine with it takes, by arithmetic, with the manifest's context and one slot.
        public var memory: Int64?
        public var engine: Engine?

        public init(device: String, format: String, digest: SHA256Digest, size: Int64, chunks: [Chunk]) {
            self.device = device
            self.format = format
            self.digest = digest
            self.size = size
            self.chunks = chunks
        }
    }

    public struct Engine: Sendable, Equatable {
        /// `llama.cpp`
        public var name: String
        /// `b9916`
        public var leastVersion: String

        public init(name: String, leastVersion: String) {
            self.name = name
            self.leastVersion = leastVersion
        }
    }

    /// A run of a file's bytes.
    public struct Chunk: Sendable, Hashable {
        public var digest: SHA256Digest
        /// Bytes, from 1 to ``ChunkPlan/maximumBytes``.
        public var size: Int64

        public init(digest: SHA256Digest, size: Int64) {
            self.digest = digest
            self.size = size
        }
    }

    /// `NAME-DEVICE:VERSION`
    public func id(of variant: Variant) -> String { "\(name)-\(variant.device):\(version)" }
}
