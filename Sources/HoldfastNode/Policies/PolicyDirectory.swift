import CDispatch  // Some builds of the module cache say that `stat` is its.
import FoundationEssentials
import Glibc
import HoldfastCore

/// The daemon's directory of policy files: input, which rules when it is applied.
struct PolicyDirectory: Sendable {
    static let maximumFiles = 256
    /// A request's body has room for it, with every character escaped.
    static let maximumBytes = 4 << 20

    /// Nil: there is none.
    let path: String?

    /// Every `*.yaml` of it, by name.
    /// - Throws: ``HoldfastError`` `policy_invalid` when one cannot be read: a policy that is half there must not rule.
    func read() throws -> [PolicySource] {
        guard let path else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".yaml") }.sorted().map { name in
                let path = "\(path)/\(name)"
                var status = stat()
                guard stat(path, &status) == 0, status.st_size <= PolicySource.maximumByteCount else {
                    throw HoldfastError(.policyInvalid, "'\(path)' cannot be read or is larger than 1 MiB.")
                }
                return PolicySource(name: path, bytes: Array(try Data(contentsOf: URL(filePath: path))))
            }
        } catch let error as HoldfastError {
            throw error
        } catch {
            throw HoldfastError(
                .policyInvalid, "The policies in '\(path)' cannot be read.", hint: "holdfastd --policies DIR", cause: error)
        }
    }

    /// - Throws: ``HoldfastError`` `policy_invalid`.
    static func checkSize(_ files: [PolicySource]) throws {
        let bytes = files.reduce(0) { $0 + $1.bytes.count }
        guard files.count <= maximumFiles, bytes <= maximumBytes else {
            throw HoldfastError(
                .policyInvalid, "A policy has at most \(maximumFiles) files and 4 MiB; this one has \(files.count) and \(bytes) bytes.")
        }
    }
}

/// How the directory and the files that rule differ. By the names without their folders: a policy may have been applied from elsewhere.
struct PolicyDrift: Sendable, Equatable {
    var changed: [String] = []
    /// Only in the directory.
    var added: [String] = []
    /// Only in the generation.
    var removed: [String] = []
    /// Why the directory cannot be read.
    var error: String?

    /// - Returns: nil when they are the same.
    init?(_ directory: PolicyDirectory, _ ruling: [PolicySource]) {
        do {
            let files = Self.byName(try directory.read())
            let ruling = Self.byName(ruling)
            changed = files.keys.filter { name in ruling[name].map { $0 != files[name] } ?? false }.sorted()
            added = files.keys.filter { ruling[$0] == nil }.sorted()
            removed = ruling.keys.filter { files[$0] == nil }.sorted()
            if changed.isEmpty, added.isEmpty, removed.isEmpty { return nil }
        } catch {
            self.error = (error as? HoldfastError)?.message ?? "\(error)"
        }
    }

    private static func byName(_ files: [PolicySource]) -> [String: [[UInt8]]] {
        Dictionary(grouping: files) { String($0.name.split(separator: "/").last ?? $0.name[...]) }.mapValues { $0.map(\.bytes) }
    }
}
