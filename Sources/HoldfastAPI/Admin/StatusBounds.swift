/// Something of the node that is bounded, and by how much: every bound there is, so that nothing grows unseen.
public struct StatusBound: Codable, Sendable {
    public enum Unit: String, Codable, Sendable {
        case bytes
        case count
    }

    /// Stable, such as `audit_bytes`.
    public var name: String
    /// Nil where use is not counted, as the bound holds for each of many.
    public var used: Int64?
    /// Nil where only the disk or the machine bounds it.
    public var limit: Int64?
    public var unit: Unit
    /// The setting that changes it; nil for one that is fixed.
    public var setting: String?

    public init(_ name: String, used: Int64? = nil, limit: Int64?, unit: Unit, setting: String? = nil) {
        self.name = name
        self.used = used
        self.limit = limit
        self.unit = unit
        self.setting = setting
    }
}
