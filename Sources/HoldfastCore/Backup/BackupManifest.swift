import HoldfastCrypto

/// What a backup is of and what is in it. Its text, signed by the log's key as a note (c2sp.org/signed-note), is the archive's first member:
///
/// ```
/// holdfast.local/backup/v1
/// holdfast.local/node/0123456789abcdef     the log's origin
/// 1763989200000                            when, milliseconds since 1970
/// 1.2.0                                    the version of Holdfast that made it
/// 12                                       step of the database's schema
/// 4711                                     records its newest checkpoint covers
/// lzxU…=                                   root over them, base 64
/// all                                      or without-content: what persons said, and the salts, are left out
/// HEX SIZE holdfast.db                     each further member, in its order
/// ```
public struct BackupManifest: Hashable, Sendable {
    public struct File: Hashable, Sendable {
        public let path: String
        public let digest: SHA256Digest
        public let size: Int64

        public init(path: String, digest: SHA256Digest, size: Int64) {
            self.path = path
            self.digest = digest
            self.size = size
        }

        /// Where a model's file is in an archive.
        public static func modelPath(_ digest: SHA256Digest) -> String { "\(modelFolder)\(digest.hex)" }
        /// The model whose file this is.
        public var model: SHA256Digest? { path.hasPrefix(Self.modelFolder) ? digest : nil }
        private static let modelFolder = "models/sha256/"
    }

    public static let member = "MANIFEST"
    public static let database = "holdfast.db"
    /// The signing key, encrypted with age to whom the administrator named.
    public static let sealedKey = "keys/audit.ed25519.age"
    private static let firstLine = "holdfast.local/backup/v1"

    public var origin: String
    public var time: Int64
    public var version: String
    public var schema: Int
    public var size: Int
    public var root: MerkleHash
    public var hasContent: Bool
    public var files: [File]

    public init(
        origin: String, time: Int64, version: String, schema: Int, size: Int, root: MerkleHash, hasContent: Bool, files: [File]
    ) {
        self.origin = origin
        self.time = time
        self.version = version
        self.schema = schema
        self.size = size
        self.root = root
        self.hasContent = hasContent
        self.files = files
    }

    public var bytes: Int64 { files.reduce(0) { $0 + $1.size } }

    public var text: String {
        let head = [
            Self.firstLine, origin, "\(time)", version, "\(schema)", "\(size)", root.base64, hasContent ? "all" : "without-content",
        ]
        return (head + files.map { "\($0.digest.hex) \($0.size) \($0.path)" }).joined(separator: "\n") + "\n"
    }

    /// Reads ``text``.
    /// - Throws: ``HoldfastError`` `backup_invalid`.
    public init(parsing text: String) throws {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        guard lines.first == Self.firstLine else { throw Self.refuse("it is of a newer form than this version reads") }
        guard lines.count > 8, let time = Int64(lines[2]), let schema = StrictDecimal.decode(lines[4].utf8),
            let size = StrictDecimal.decode(lines[5].utf8),
            let root = StrictBase64.decode(lines[6].utf8).flatMap({ MerkleHash(bytes: $0) }),
            ["all", "without-content"].contains(lines[7])
        else { throw Self.refuse("its manifest is malformed") }
        let files = try lines.dropFirst(8).map { line in
            let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard parts.count == 3, let digest = try? SHA256Digest(parsing: parts[0]), let size = StrictDecimal.decode(parts[1].utf8),
                let path = try TarPath.plain(parts[2].utf8), path == parts[2]
            else { throw Self.refuse("its manifest is malformed") }
            let file = File(path: path, digest: digest, size: Int64(size))
            guard file.model == nil || path == File.modelPath(digest) else { throw Self.refuse("its manifest is malformed") }
            return file
        }
        guard files.first?.path == Self.database, Set(files.map(\.path)).count == files.count else {
            throw Self.refuse("its manifest names no database")
        }
        self.init(
            origin: lines[1], time: time, version: lines[3], schema: schema, size: size, root: root, hasContent: lines[7] == "all",
            files: files)
    }

    static func refuse(_ why: String) -> HoldfastError {
        HoldfastError(
            .backupInvalid, "The backup cannot be used: \(why).",
            hint: "take another one; nothing was changed. holdfast restore FILE --check looks at one without restoring it")
    }
}
