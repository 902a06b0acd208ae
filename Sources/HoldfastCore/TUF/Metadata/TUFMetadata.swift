/// What one of the four kinds of metadata says (§4.3 to §4.6).
protocol TUFMetadata: Sendable {
    /// Its `_type`.
    static var type: String { get }
    var header: TUFHeader { get set }

    /// - Parameter fields: without those of the header.
    init(header: TUFHeader, fields: inout TUFFields) throws
    /// Without those of the header.
    var members: [String: OLPCJSON] { get }
}

/// What every kind of metadata begins with.
public struct TUFHeader: Hashable, Sendable {
    /// From 1 on.
    public var version: Int
    public var expires: TUFTime
    /// The version of the specification it was written by: 1.something is read.
    public var specVersion: String
    /// Members unknown here: kept, since they are signed.
    public var other: [String: OLPCJSON]

    public init(version: Int = 1, expires: TUFTime, specVersion: String = "1.0.34", other: [String: OLPCJSON] = [:]) {
        self.version = version
        self.expires = expires
        self.specVersion = specVersion
        self.other = other
    }

    init(_ fields: inout TUFFields) throws {
        version = try fields.integer("version", atLeast: 1)
        let expires = try fields.string("expires")
        guard let time = TUFTime(expires) else { throw fields.refused("'expires' is '\(expires.prefix(40))', which is no time") }
        self.expires = time
        specVersion = try fields.string("spec_version")
        let parts = specVersion.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.first == "1", (2...3).contains(parts.count), parts.allSatisfy({ Int($0) != nil }) else {
            throw fields.refused("'spec_version' is '\(specVersion.prefix(40))'; only 1.x is understood")
        }
        other = [:]
    }

    var members: [String: OLPCJSON] {
        other.merging(["version": .integer(version), "expires": .string(expires.description), "spec_version": .string(specVersion)]) { $1 }
    }
}

extension TUFMetadata {
    /// What is signed.
    var json: OLPCJSON { .object(header.members.merging(members) { $1 }.merging(["_type": .string(Self.type)]) { $1 }) }
}
