import HoldfastCore

/// What the catalog asks of the signer: one JSON object, after its length in four bytes, big-endian.
enum SignerRequest {
    case status
    case sign(OLPCJSON)
    case addKey(SignerRole)
    case keepKeys(SignerRole, Set<String>)

    init(_ json: OLPCJSON) throws {
        let members = json.objectValue ?? [:]
        switch members["op"]?.stringValue {
        case "status": self = .status
        case "sign":
            guard let document = members["signed"] else { throw Self.malformed }
            self = .sign(document)
        case "add-key": self = .addKey(try Self.role(members))
        case "keep-keys":
            guard let ids = members["keyids"]?.arrayValue?.compactMap(\.stringValue) else { throw Self.malformed }
            self = .keepKeys(try Self.role(members), Set(ids))
        default: throw Self.malformed
        }
    }

    private static func role(_ members: [String: OLPCJSON]) throws -> SignerRole {
        guard let role = members["role"]?.stringValue.flatMap(SignerRole.init) else { throw malformed }
        return role
    }

    private static var malformed: HoldfastError { HoldfastError(.invalidRequest, "This is nothing that the signer is asked for.") }

    var json: OLPCJSON {
        switch self {
        case .status: .object(["op": "status"])
        case .sign(let document): .object(["op": "sign", "signed": document])
        case .addKey(let role): .object(["op": "add-key", "role": .string(role.rawValue)])
        case .keepKeys(let role, let ids):
            .object(["op": "keep-keys", "role": .string(role.rawValue), "keyids": .array(ids.sorted().map { .string($0) })])
        }
    }
}

/// What it says to that; or an error.
enum SignerAnswer {
    struct Signature: Sendable {
        let key: String
        let bytes: [UInt8]
    }

    case status(keys: [SignerRole: [TUFKey]], versions: [String: Int])
    case signatures([Signature])

    var json: OLPCJSON {
        switch self {
        case .status(let keys, let versions):
            .object([
                "keys": .object(Dictionary(uniqueKeysWithValues: keys.map { ($0.rawValue, .array($1.map(\.json))) })),
                "versions": .object(versions.mapValues { .integer($0) }),
            ])
        case .signatures(let list):
            .object(["signatures": .array(list.map { .object(["keyid": .string($0.key), "sig": .string(Hex.encode($0.bytes))]) })])
        }
    }

    init(_ json: OLPCJSON) throws {
        let members = json.objectValue ?? [:]
        if let error = members["error"]?.objectValue {
            throw HoldfastError(
                .init(rawValue: error["code"]?.stringValue ?? "internal_error"), error["message"]?.stringValue ?? "The signer failed.",
                hint: error["hint"]?.stringValue)
        }
        if let list = members["signatures"]?.arrayValue {
            self = .signatures(
                try list.map { entry in
                    guard let key = entry.objectValue?["keyid"]?.stringValue,
                        let bytes = entry.objectValue?["sig"]?.stringValue.flatMap(Hex.decode)
                    else { throw Self.malformed }
                    return Signature(key: key, bytes: bytes)
                })
            return
        }
        guard let keys = members["keys"]?.objectValue, let versions = members["versions"]?.objectValue else { throw Self.malformed }
        var known: [SignerRole: [TUFKey]] = [:]
        for (name, list) in keys {
            guard let role = SignerRole(rawValue: name), let list = list.arrayValue else { continue }
            known[role] = try list.map { try TUFKey(parsing: $0) }
        }
        self = .status(keys: known, versions: versions.compactMapValues(\.integerValue))
    }

    private static var malformed: HoldfastError { HoldfastError(.internalError, "What answers in the signer's place is no signer.") }

    static func json(of error: any Error) -> OLPCJSON {
        let error = error as? HoldfastError ?? HoldfastError(.internalError, "The signer failed: \(error)")
        var members: [String: OLPCJSON] = ["code": .string(error.code.rawValue), "message": .string(error.message)]
        members["hint"] = error.hint.map { .string($0) }
        return .object(["error": .object(members)])
    }
}
