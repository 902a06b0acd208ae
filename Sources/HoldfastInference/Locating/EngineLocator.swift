import FoundationEssentials
import Glibc
public import HoldfastCore
import HoldfastCrypto

/// Finds the engine to run. PATH is never searched.
///
/// A configured path wins; then the compiled engine, then the development engine, of the folder that `scripts/setup` fills.
public struct EngineLocator: Sendable {
    public let configuredPath: String?
    /// `/var/cache/holdfast`, say.
    public let prefix: String

    public init(configuredPath: String?, prefix: String) {
        self.configuredPath = configuredPath
        self.prefix = prefix
    }

    /// Looks, checks and hashes: some milliseconds, in which files are read.
    /// - Throws: ``HoldfastError`` `engine_missing`, `engine_untrusted`.
    public func locate() throws -> EngineLocation {
        if let configuredPath {
            guard configuredPath.hasPrefix("/") else {
                throw HoldfastError(
                    .engineUntrusted, "The configured engine '\(configuredPath)' is not an absolute path.",
                    hint: "give engine.path in the configuration as an absolute path")
            }
            return try check(configuredPath, .configured)
        }
        for kind in [EngineLocation.Kind.native, .development] {
            let path = "\(prefix)/engines/\(kind.folder)/bin/llama-server"
            if access(path, F_OK) == 0 { return try check(path, kind) }
        }
        throw HoldfastError(
            .engineMissing, "No inference engine is installed under \(prefix)/engines.",
            hint: "scripts/setup installs one; or name one with engine.path in the configuration")
    }

    private func check(_ path: String, _ kind: EngineLocation.Kind) throws -> EngineLocation {
        let resolved = try TrustedPath.executable(path)
        let folder = kind == .configured ? nil : "\(prefix)/engines/\(kind.folder)"
        return EngineLocation(
            path: resolved, kind: kind, version: folder.flatMap { Self.version(in: $0) } ?? "unknown",
            digest: try Self.digest(of: resolved), folder: folder ?? Self.folder(around: resolved), isHosted: Self.isScript(resolved))
    }

    /// What an engine at `FOLDER/bin/NAME` finds beside it. The system's own folders are no engine's.
    private static func folder(around path: String) -> String? {
        let parts = path.split(separator: "/").dropLast()
        guard parts.last == "bin", parts.count > 1, parts.first != "usr" else { return nil }
        return "/" + parts.dropLast().joined(separator: "/")
    }

    /// Whether the kernel starts an interpreter for it.
    private static func isScript(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var start: (UInt8, UInt8) = (0, 0)
        guard withUnsafeMutableBytes(of: &start, { read(file, $0.baseAddress, 2) }) == 2 else { return false }
        return start == (UInt8(ascii: "#"), UInt8(ascii: "!"))
    }

    /// The first line of the VERSION file that `scripts/setup` writes.
    private static func version(in folder: String) -> String? {
        guard let data = try? Data(contentsOf: URL(filePath: folder + "/VERSION")), data.count < 4096 else { return nil }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").first.map(String.init)
    }

    private static func digest(of path: String) throws -> SHA256Digest {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        var hasher = SHA256Hasher()
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        var count = -1
        if file >= 0 {
            defer { close(file) }
            repeat {
                count = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
                if count > 0 { buffer.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) } }
            } while count > 0
        }
        guard count == 0, let digest = SHA256Digest(bytes: hasher.finalize()) else {
            throw HoldfastError(.engineUntrusted, "The engine '\(path)' cannot be read.", detail: String(cString: strerror(errno)))
        }
        return digest
    }
}

/// An engine on this machine.
public struct EngineLocation: Sendable, Equatable {
    public enum Kind: String, Sendable {
        case configured
        case native
        case development

        var folder: String { self == .native ? "native" : "dev" }
    }

    /// Absolute, with no symbolic link left in it.
    public let path: String
    public let kind: Kind
    /// As its installer wrote it; `unknown` for a configured path.
    public let version: String
    /// Of the executable's bytes, at the time it was looked for.
    public let digest: SHA256Digest
    /// Where its own files are; nil for a program that needs none beside the system's.
    public let folder: String?
    /// It runs in an interpreter, which makes more system calls.
    public let isHosted: Bool

    public var build: EngineBuild { EngineBuild(digest: digest, version: version) }
}
