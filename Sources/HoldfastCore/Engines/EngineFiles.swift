/// Every file of an installed engine, with its digest: what is held against the disk before the engine is started.
///
/// As text, a line each, sorted: `f HEX SIZE PATH`, `x HEX SIZE PATH` (executable), `l TARGET<tab>PATH`.
public struct EngineFiles: Hashable, Sendable {
    public struct File: Hashable, Sendable {
        public let path: String
        public let digest: SHA256Digest
        public let size: Int64
        public let isExecutable: Bool

        public init(path: String, digest: SHA256Digest, size: Int64, isExecutable: Bool) {
            self.path = path
            self.digest = digest
            self.size = size
            self.isExecutable = isExecutable
        }
    }

    public private(set) var files: [File]
    /// Where each symbolic link leads.
    public private(set) var links: [String: String]

    public init(files: [File], links: [String: String]) {
        self.files = files.sorted { $0.path < $1.path }
        self.links = links
    }

    public var bytes: Int64 { files.reduce(0) { $0 + $1.size } }

    /// The engine itself: the one executable `llama-server`, at the top or in a folder `bin`.
    /// - Throws: ``HoldfastError`` `archive_invalid` for none, or for several.
    public func program() throws -> File {
        let found = files.filter { $0.path.split(separator: "/").last == "llama-server" && $0.isExecutable }
        guard let program = found.first, found.count == 1 else {
            throw HoldfastError(
                .archiveInvalid,
                "The archive holds \(found.count == 0 ? "no executable" : "\(found.count) executables") named llama-server.",
                hint: "pack the folder that has bin/llama-server in it: tar -C FOLDER -cf engine.tar .")
        }
        return program
    }

    public var text: String {
        let lines =
            files.map { "\($0.isExecutable ? "x" : "f") \($0.digest.hex) \($0.size) \($0.path)\n" }
            + links.sorted { $0.key < $1.key }.map { "l \($0.value)\t\($0.key)\n" }
        return lines.joined()
    }

    /// Reads ``text``.
    /// - Throws: ``HoldfastError`` `database_failed`: it is only ever read from there.
    public init(parsing text: String) throws {
        var (files, links): ([File], [String: String]) = ([], [:])
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 3).map(String.init)
            let link = line.dropFirst(2).split(separator: "\t", maxSplits: 1).map(String.init)
            if line.hasPrefix("l "), link.count == 2 {
                links[link[1]] = link[0]
            } else if parts.count == 4, ["f", "x"].contains(parts[0]), let size = Int64(parts[2]),
                let digest = try? SHA256Digest(parsing: parts[1])
            {
                files.append(File(path: parts[3], digest: digest, size: size, isExecutable: parts[0] == "x"))
            } else {
                throw HoldfastError(.databaseFailed, "The list of an engine's files cannot be read.", hint: "holdfast engine install FILE")
            }
        }
        self.init(files: files, links: links)
    }
}
