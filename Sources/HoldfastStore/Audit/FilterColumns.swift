import HoldfastCore

/// What the table keeps of a record beside its body, for filters.
struct FilterColumns {
    let id: String
    let time: Int64
    let actorUID: Int64
    let operation: String
    /// The model's name as filters ask for it: lower case (ASCII) and with its tag, also where the caller wrote neither.
    let model: String?
    let digest: String?
    let result: String?
    /// `token:NAME` and the like; nil for a caller that the kernel named.
    let actorSubject: String?

    init(_ record: AuditRecord) {
        // SQLite would end a text at a NUL.
        id = String(record.id.prefix { $0 != "\0" })
        time = record.time
        actorUID = record.actor.uid
        operation = String(record.operation.prefix { $0 != "\0" })
        actorSubject = record.actor.subject.map { String($0.prefix { $0 != "\0" }) }
        digest = record.resource?.digest?.description
        result = record.outcome?.result.rawValue
        if let resource = record.resource, resource.kind == "model", let name = resource.name {
            var text: [UInt8] = []
            name.utf8.withContiguousBytes { Self.appendName(UnsafeRawBufferPointer($0), to: &text) }
            model = String(decoding: text, as: UTF8.self)
        } else {
            model = nil
        }
    }

    static let separator: UInt8 = 0x1F
    /// In the place of NULL.
    static let absent: UInt8 = 0x1E
    /// The columns in one value, to be compared at once.
    static let joinedSQL = """
        id || char(31) || time || char(31) || actor_uid || char(31) || operation || char(31) || ifnull(model, char(30)) || char(31)
        || ifnull(digest, char(30)) || char(31) || ifnull(result, char(30))
        || char(31) || ifnull(actor_subject, char(30))
        """

    /// As ``joinedSQL`` makes it.
    var joined: [UInt8] {
        let absent = String(decoding: [Self.absent], as: UTF8.self)
        let parts = [
            id, String(time), String(actorUID), operation, model ?? absent, digest ?? absent, result ?? absent, actorSubject ?? absent,
        ]
        return Array(parts.map { Array($0.utf8) }.joined(separator: [Self.separator]))
    }

    static func appendName(_ name: UnsafeRawBufferPointer, to text: inout [UInt8]) {
        var hasTag = false
        for byte in name {
            if byte == 0 { break }
            if byte == UInt8(ascii: ":") { hasTag = true }
            text.append((65...90).contains(byte) ? byte + 32 : byte)
        }
        if !hasTag { text += ":latest".utf8 }
    }
}

extension String.UTF8View {
    fileprivate func withContiguousBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        withContiguousStorageIfAvailable(body) ?? Array(self).withUnsafeBufferPointer(body)
    }
}
