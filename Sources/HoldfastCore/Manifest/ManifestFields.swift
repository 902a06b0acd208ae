/// The members of an object in a manifest, with the path to it for errors. What is unknown here is passed over: a newer catalog may say more.
struct ManifestFields {
    /// `variants[0]`; empty for the whole.
    let path: String
    private let value: OrderedJSON

    init(_ value: OrderedJSON, path: String) throws {
        guard case .object = value else { throw ManifestRefusal.error(path, "is not an object") }
        self.path = path
        self.value = value
    }

    func name(_ member: String) -> String { path.isEmpty ? member : "\(path).\(member)" }
    func refusal(_ member: String, _ why: String) -> HoldfastError { ManifestRefusal.error(name(member), why) }

    /// An absent member and `null` are one.
    func value(_ member: String) -> OrderedJSON? {
        switch value[member] {
        case nil, .null: nil
        case let found: found
        }
    }

    private func required<Value>(_ value: Value?, _ member: String) throws -> Value {
        guard let value else { throw refusal(member, "is missing") }
        return value
    }

    /// - Parameter limit: the most UTF-8 bytes.
    func optionalText(_ member: String, limit: Int) throws -> String? {
        guard let found = value(member) else { return nil }
        guard case .string(let text) = found else { throw refusal(member, "is not a string") }
        guard text.utf8.count <= limit else { throw refusal(member, "has \(text.utf8.count) bytes, and \(limit) are the most") }
        return text
    }

    func text(_ member: String, limit: Int) throws -> String { try required(optionalText(member, limit: limit), member) }

    func optionalInteger(_ member: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let found = value(member) else { return nil }
        guard case .number(let digits) = found, let number = Int64(digits) else { throw refusal(member, "is not an integer") }
        guard range.contains(number) else {
            throw refusal(member, "is \(number), and must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func integer(_ member: String, in range: ClosedRange<Int64>) throws -> Int64 {
        try required(optionalInteger(member, in: range), member)
    }

    func optionalNumber(_ member: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let found = value(member) else { return nil }
        guard case .number(let digits) = found, let number = Double(digits) else { throw refusal(member, "is not a number") }
        guard range.contains(number) else {
            throw refusal(member, "is \(number), and must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func optionalList(_ member: String, most: Int) throws -> [OrderedJSON]? {
        guard let found = value(member) else { return nil }
        guard case .array(let elements) = found else { throw refusal(member, "is not a list") }
        guard elements.count <= most else { throw refusal(member, "has \(elements.count) elements, and \(most) are the most") }
        return elements
    }

    /// None when the member is absent.
    func words(_ member: String, most: Int, limit: Int) throws -> [String] {
        try (optionalList(member, most: most) ?? []).enumerated().map { index, element in
            guard case .string(let text) = element, !text.isEmpty, text.utf8.count <= limit else {
                throw refusal("\(member)[\(index)]", "is not a string of 1 to \(limit) bytes")
            }
            return text
        }
    }

    func objects(_ member: String, most: Int) throws -> [ManifestFields]? {
        try optionalList(member, most: most)?.enumerated().map { index, element in
            try ManifestFields(element, path: name("\(member)[\(index)]"))
        }
    }

    func optionalObject(_ member: String) throws -> ManifestFields? {
        try value(member).map { try ManifestFields($0, path: name(member)) }
    }

    func object(_ member: String) throws -> ManifestFields { try required(optionalObject(member), member) }

    func digest(_ member: String) throws -> SHA256Digest {
        let text = try text(member, limit: 71)
        guard text.hasPrefix("sha256:"), let digest = try? SHA256Digest(parsing: text), digest.description == text else {
            throw refusal(member, "is not 'sha256:' and 64 hexadecimal digits in lower case")
        }
        return digest
    }
}

enum ManifestRefusal {
    /// - Parameter path: the member at fault; empty for the whole.
    static func error(_ path: String, _ why: String) -> HoldfastError {
        HoldfastError(
            .manifestInvalid, "The manifest is refused: \(path.isEmpty ? "it" : "'\(path.prefix(120))'") \(why).",
            hint: "docs/schema/manifest.schema.json says what a manifest holds", field: path.isEmpty ? nil : String(path.prefix(200)))
    }
}
