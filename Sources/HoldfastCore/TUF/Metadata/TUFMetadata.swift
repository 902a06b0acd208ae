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

/// A metadata file, and what it says.
struct TUFSigned<Content: TUFMetadata>: Sendable {
    let envelope: TUFEnvelope
    let content: Content

    var version: Int { content.header.version }

    /// Reads, and verifies nothing.
    /// - Parameter name: the role's name; for delegated ones another than the kind's.
    init(parsing bytes: [UInt8], name: String = Content.type) throws {
        try self.init(TUFEnvelope(parsing: bytes, what: name), name: name)
    }

    init(_ envelope: TUFEnvelope, name: String = Content.type) throws {
        var fields = try TUFFields(envelope.signed, what: name)
        let type = try fields.string("_type")
        guard type == Content.type else { throw fields.refused("it is of type '\(type.prefix(40))', not '\(Content.type)'") }
        var header = try TUFHeader(&fields)
        var content = try Content(header: header, fields: &fields)
        header.other = fields.rest
        content.header = header
        self.envelope = envelope
        self.content = content
    }

    init(signing content: Content, by signers: [any TUFSigning], name: String = Content.type) throws {
        envelope = try TUFEnvelope(signing: content.json, by: signers, what: name)
        self.content = content
    }

    /// Against freezing (§5.3.10, §5.4.4, §5.5.6, §5.6.5).
    /// - Throws: ``HoldfastError`` `metadata_expired`.
    func checkExpiry(at start: TUFTime, name: String = Content.type) throws {
        guard content.header.expires > start else {
            throw HoldfastError(
                .metadataExpired,
                "The metadata '\(name.prefix(80))' expired at \(content.header.expires), and it is \(start): newer is withheld, or was not made, "
                    + "or the clock is wrong.")
        }
    }
}
