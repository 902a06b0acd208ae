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
