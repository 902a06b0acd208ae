import Foundation
import HoldfastCore

/// The policy files of a catalog: read at start, in the format of a node's.
enum CatalogPolicies {
    /// - Throws: ``HoldfastError`` `policy_invalid`.
    static func read(_ folder: String?) throws -> [PolicySource] {
        guard let folder else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.sorted().map { name in
                PolicySource(name: "\(folder)/\(name)", bytes: Array(try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))))
            }
        } catch {
            throw HoldfastError(
                .policyInvalid, "The policies in '\(folder)' cannot be read.", hint: "holdfast-catalogd --policies DIR", cause: error)
        }
    }
}
