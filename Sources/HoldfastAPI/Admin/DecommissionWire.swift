/// `POST /holdfast/v1/decommission`.
public struct DecommissionBody: Codable, Sendable {
    /// The node's name: the last 16 digits of its log's origin. So that nobody wipes a node they take for another.
    public var node: String

    public init(node: String) { self.node = node }
}

/// A line of the answer: first the paper, then what was wiped. An answer without the second was broken off; the next start goes on.
public struct DecommissionLine: Codable, Sendable {
    /// The signed last record.
    public var paper: String?
    /// Entries of the state directory that were removed.
    public var wiped: Int?
    public var error: String?

    public init(paper: String? = nil, wiped: Int? = nil, error: String? = nil) {
        self.paper = paper
        self.wiped = wiped
        self.error = error
    }
}
