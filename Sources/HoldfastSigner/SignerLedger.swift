import HoldfastCore

/// The newest version of each thing that was signed: it never goes back, whatever the catalog's database says. `STATE/signed.json`.
struct SignerLedger {
    private let path: String
    /// `timestamp`, `snapshot`, `root`, `targets` (those that a signed snapshot named), `director/NODE`.
    private(set) var versions: [String: Int] = [:]

    init(state: String) throws {
        path = state + "/signed.json"
        guard let text = try SignerFiles.read(path) else { return }
        guard let members = try OLPCJSON(parsing: text.utf8).objectValue else {
            throw HoldfastError(.fileUnreadable, "\(path) is not what the signer wrote.")
        }
        versions = members.compactMapValues(\.integerValue)
    }

    /// Durable on return: before a signature leaves.
    mutating func raise(_ changes: [String: Int]) throws {
        let next = versions.merging(changes, uniquingKeysWith: max)
        guard next != versions else { return }
        try SignerFiles.replace(path, with: String(decoding: OLPCJSON.object(next.mapValues { .integer($0) }).json(), as: UTF8.self))
        versions = next
    }
}
