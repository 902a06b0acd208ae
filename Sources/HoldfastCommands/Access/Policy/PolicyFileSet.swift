import FoundationEssentials
import HoldfastAPI
import HoldfastCore

/// The policy files a command was given, on their way to the node: what the node decides by, it keeps, so it gets the text and not a path.
enum PolicyFileSet {
    /// - Parameter paths: files, and directories of which every `*.yaml` is taken.
    /// - Returns: nil for no path: the daemon's own directory.
    /// - Throws: ``HoldfastError`` `file_unreadable`, `policy_invalid`.
    static func read(_ paths: [String]) throws -> [PolicyFileBody]? {
        if paths.isEmpty { return nil }
        return try paths.flatMap { try files(at: absolute($0)) }.map { path in
            let bytes = try SmallFile.read(path, limit: PolicySource.maximumByteCount)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw HoldfastError(.policyInvalid, "\(path) is not UTF-8 text.", hint: "holdfast access policy check \(path)")
            }
            return PolicyFileBody(name: path, text: text)
        }
    }

    private static func files(at path: String) throws -> [String] {
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory else { return [path] }
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".yaml") }.sorted()
            return names.map { path == "/" ? "/\($0)" : "\(path)/\($0)" }
        } catch {
            throw HoldfastError(.fileUnreadable, "Cannot read the directory \(path).", hint: "ls -ld \(path)", cause: error)
        }
    }

    private static func absolute(_ path: String) -> String {
        var parts: [Substring] = []
        let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        for part in whole.split(separator: "/") where part != "." { parts.append(part) }
        return "/" + parts.joined(separator: "/")
    }
}
