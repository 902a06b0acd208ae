/// One member of a tar archive, as far as Holdfast takes any: files, folders and symbolic links.
public struct TarMember: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case file
        case folder
        /// Where it leads, as it is written.
        case link(to: String)
    }

    /// Relative, parts joined by single slashes, with no `.` and no `..` among them; UTF-8 without control characters.
    public let path: String
    public let kind: Kind
    /// Bytes; 0 for what is no file.
    public let size: Int64
    /// Whether its owner may execute it; no other bit of its mode is kept.
    public let isExecutable: Bool

    public init(path: String, kind: Kind = .file, size: Int64 = 0, isExecutable: Bool = false) {
        self.path = path
        self.kind = kind
        self.size = size
        self.isExecutable = isExecutable
    }
}

/// Names in an archive, which come from a stranger.
enum TarPath {
    static let maximumBytes = 512

    /// The path in its plain form; nil for the archive's own root (`./`).
    /// - Throws: ``HoldfastError`` `archive_invalid` for an absolute path, one with `..`, or one no file system or terminal should see.
    static func plain(_ bytes: some Collection<UInt8>) throws -> String? {
        guard let text = text(bytes) else {
            throw TarReader.refuse("a name is not UTF-8 of at most \(maximumBytes) bytes, without control characters")
        }
        guard !text.hasPrefix("/") else { throw TarReader.refuse("the name '\(text)' is absolute") }
        let parts = text.split(separator: "/").filter { $0 != "." }
        guard !parts.contains("..") else { throw TarReader.refuse("the name '\(text)' leads out of the archive") }
        return parts.isEmpty ? nil : parts.joined(separator: "/")
    }

    static func text(_ bytes: some Collection<UInt8>) -> String? {
        guard (1...maximumBytes).contains(bytes.count), let text = String(validating: bytes, as: UTF8.self) else { return nil }
        return text.unicodeScalars.contains { $0.value < 0x20 || (0x7f..<0xa0).contains($0.value) } ? nil : text
    }

    /// Whether a symbolic link at `path` to `target` stays within the archive, also when parts of the target are links themselves: `..` only
    /// stands at the target's beginning, where it goes up through folders that are none.
    static func staysInside(_ target: String, from path: String) -> Bool {
        guard !target.hasPrefix("/") else { return false }
        let parts = target.split(separator: "/").filter { $0 != "." }
        let up = parts.prefix { $0 == ".." }.count
        return up < path.split(separator: "/").count && !parts.dropFirst(up).contains("..")
    }
}
