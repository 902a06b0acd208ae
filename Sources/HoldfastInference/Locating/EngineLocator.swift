import FoundationEssentials
import Glibc
public import HoldfastCore
import HoldfastCrypto

/// Finds the engine to run. PATH is never searched.
///
/// Unless one is chosen: the configured path, then what a package brought, then what `scripts/setup` made, compiled before the development
/// engine.
public struct EngineLocator: Sendable {
    /// Where packages put engines, each in a folder of its own.
    public static let packageFolder = "/usr/lib/holdfast/engines"

    public let configuredPath: String?
    /// `/var/cache/holdfast`, say.
    public let prefix: String
    let packages: String

    public init(configuredPath: String?, prefix: String, packages: String = packageFolder) {
        self.configuredPath = configuredPath
        self.prefix = prefix
        self.packages = packages
    }

    /// What can be chosen and is there, but for what is installed on the node itself, in the order in which it is looked for.
    public func known() -> [EngineChoice] {
        (configuredPath == nil ? [] : [.configured])
            + names(in: packages).map { .package($0) }
            + [EngineLocation.Kind.native, .development].filter { has("\(prefix)/engines/\($0.folder)") }.map { .setup($0.folder) }
    }

    /// Looks, checks and hashes: some milliseconds, in which files are read.
    /// - Throws: ``HoldfastError`` `engine_missing`, `engine_untrusted`.
    public func locate() throws -> EngineLocation {
        guard let first = known().first else {
            throw HoldfastError(
                .engineMissing, "No inference engine is installed: none under \(packages), none under \(prefix)/engines.",
                hint: "install the package holdfast-engine-llamacpp, or: holdfast engine install FILE; from the sources: scripts/setup")
        }
        return try locate(first)
    }

    /// - Throws: ``HoldfastError`` `engine_missing`, `engine_untrusted`; `internal_error` for an installed one, which is ``installed(at:program:digest:version:)``'s.
    public func locate(_ choice: EngineChoice) throws -> EngineLocation {
        switch choice {
        case .automatic: return try locate()
        case .configured:
            guard let configuredPath else {
                throw HoldfastError(
                    .engineMissing, "The configuration names no engine.", hint: "holdfast engine use automatic; or set engine.path")
            }
            guard configuredPath.hasPrefix("/") else {
                throw HoldfastError(
                    .engineUntrusted, "The configured engine '\(configuredPath)' is not an absolute path.",
                    hint: "give engine.path in the configuration as an absolute path")
            }
            return try check(configuredPath, .configured, folder: nil)
        case .package(let name): return try check("\(packages)/\(name)", .package)
        case .setup(let name):
            return try check("\(prefix)/engines/\(name)", name == EngineLocation.Kind.development.folder ? .development : .native)
        case .installed: throw HoldfastError(.internalError, "An installed engine is not looked for.")
        }
    }

    /// One that the node keeps itself; whoever asks has held its files against their digests.
    public func installed(at folder: String, program: String, version: String) throws -> EngineLocation {
        try check("\(folder)/\(program)", .installed, folder: folder, version: version)
    }

    private func check(_ folder: String, _ kind: EngineLocation.Kind) throws -> EngineLocation {
        try check("\(folder)/bin/llama-server", kind, folder: folder)
    }

    private func check(_ path: String, _ kind: EngineLocation.Kind, folder: String?, version: String? = nil) throws -> EngineLocation {
        let resolved = try TrustedPath.executable(path)
        return EngineLocation(
            path: resolved, kind: kind, version: version ?? folder.flatMap { Self.version(in: $0) } ?? "unknown",
            digest: try Self.digest(of: resolved), folder: folder ?? Self.folder(around: resolved), isHosted: Self.isScript(resolved))
    }

    private func has(_ folder: String) -> Bool { access(folder + "/bin/llama-server", F_OK) == 0 }

    /// Folders with an engine in them.
    private func names(in folder: String) -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return [] }
        return names.filter { EngineName.isValid($0) && has("\(folder)/\($0)") }.sorted()
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
        /// Of `/usr/lib/holdfast/engines`.
        case package
        /// Of the node's own state directory.
        case installed
        case native
        case development

        var folder: String { self == .native ? "native" : "dev" }
    }

    /// Absolute, with no symbolic link left in it.
    public let path: String
    public let kind: Kind
    /// As its installer wrote it, or as it said itself; `unknown` for a configured path.
    public let version: String
    /// Of the executable's bytes, at the time it was looked for.
    public let digest: SHA256Digest
    /// Where its own files are; nil for a program that needs none beside the system's.
    public let folder: String?
    /// It runs in an interpreter, which makes more system calls.
    public let isHosted: Bool

    public var build: EngineBuild { EngineBuild(digest: digest, version: version) }
}
