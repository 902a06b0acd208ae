extension Manifest {
    static let maximumText = 1 << 20
    private static let maximumWord = 255
    private static let seconds: ClosedRange<Int64> = 0...315_360_000

    /// Reads a manifest and checks all of it: names, ranges, that chunks add up and that each variant has the name it should have.
    /// - Throws: ``HoldfastError`` `manifest_invalid`, with the path of the member at fault as its field.
    public init(parsing bytes: some Collection<UInt8>) throws {
        guard bytes.count <= Self.maximumBytes else {
            throw ManifestRefusal.error("", "has \(bytes.count) bytes, more than a manifest may have")
        }
        let json: OrderedJSON
        do {
            json = try OrderedJSON(parsing: bytes)
        } catch let error as HoldfastError {
            throw HoldfastError(
                .manifestInvalid, error.message.replacing("The request's body is not JSON", with: "The manifest is not JSON"),
                field: error.field)
        }
        let fields = try ManifestFields(json, path: "")
        let schema = try fields.integer("schema", in: 1...Int64.max)
        guard schema == Self.schema else {
            throw fields.refusal("schema", "is \(schema), and this build reads \(Self.schema): a newer Holdfast is needed")
        }
        guard let kind = Kind(rawValue: try fields.optionalText("kind", limit: 16) ?? Kind.model.rawValue) else {
            throw fields.refusal("kind", "is neither 'model' nor 'engine'")
        }
        let name = try Self.name(fields)
        let version = try Self.version(fields)
        self.init(
            kind: kind, name: name, version: version,
            releaseCounter: try fields.integer("release_counter", in: 1...CanonicalJSON.integerRange.upperBound),
            task: try Self.word(fields, "task"), licence: try Self.licence(fields), variants: [])
        if kind == .model, ModelTask(rawValue: task) == nil {
            throw fields.refusal("task", "is '\(task)', and must be one of \(ModelTask.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        aliases = try Self.aliases(fields)
        capabilities = try fields.words("capabilities", most: 32, limit: 32)
        context = try fields.optionalInteger("context", in: 1...(1 << 30))
        template = try fields.optionalText("template", limit: Self.maximumText)
        if let object = try fields.optionalObject("sampling") { sampling = try Sampling(object) }
        pinnedPrompts = try Self.prompts(fields)
        maximumOffline = try fields.optionalInteger("max_offline", in: Self.seconds)
        revocationGrace = try fields.optionalInteger("revocation_grace", in: Self.seconds) ?? 0
        if let object = try fields.optionalObject("provenance") { provenance = try Provenance(object) }
        leastNodeVersion = try Self.nodeVersion(fields)
        try readVariants(fields)
    }

    private static func name(_ fields: ManifestFields) throws -> String {
        let text = try fields.text("name", limit: 200)
        guard let name = try? ModelName(parsing: text), name.name == text else {
            throw fields.refusal("name", "is '\(text.prefix(80))', which is no model's name in lower case and without a tag")
        }
        return text
    }

    private static func version(_ fields: ManifestFields) throws -> String {
        let text = try fields.text("version", limit: 40)
        guard let name = try? ModelName(parsing: "v:" + text), name.tag == text else {
            throw fields.refusal("version", "is '\(text.prefix(80))', and must be letters in lower case, digits, '.', '_' and '-'")
        }
        return text
    }

    static func word(_ fields: ManifestFields, _ member: String) throws -> String {
        let text = try fields.text(member, limit: 32)
        let isWord = text.utf8.first.map { (97...122).contains($0) } ?? false
        guard isWord, text.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }) else {
            throw fields.refusal(member, "is '\(text.prefix(40))', and must be lower-case letters, digits and '-'")
        }
        return text
    }

    private static func licence(_ fields: ManifestFields) throws -> Licence {
        let object = try fields.object("licence")
        return Licence(id: try object.optionalText("id", limit: maximumWord), text: try object.text("text", limit: maximumText))
    }

    private static func aliases(_ fields: ManifestFields) throws -> [ModelName] {
        let names = try fields.words("aliases", most: 32, limit: maximumWord).enumerated().map { index, text in
            guard let name = try? ModelName(parsing: text), name.description == text else {
                throw fields.refusal("aliases[\(index)]", "is '\(text.prefix(80))', and must be NAME:TAG in lower case")
            }
            return name
        }
        guard Set(names).count == names.count else { throw fields.refusal("aliases", "names one twice") }
        return names
    }

    private static func prompts(_ fields: ManifestFields) throws -> [PinnedText] {
        try (fields.objects("pinned_prompts", most: 16) ?? []).map { object in
            let kind = try object.text("kind", limit: 16)
            guard ["system", "text"].contains(kind) else { throw object.refusal("kind", "is neither 'system' nor 'text'") }
            return PinnedText(kind: kind, text: try object.text("text", limit: 256 << 10))
        }
    }

    private static func nodeVersion(_ fields: ManifestFields) throws -> String {
        let text = try fields.text("least_node_version", limit: 40)
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3,
            parts.allSatisfy({ part in !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) } && part.utf8.count < 7 })
        else { throw fields.refusal("least_node_version", "is '\(text)', and must be three numbers: 1.4.0") }
        return text
    }
}

extension Manifest.Sampling {
    init(_ fields: ManifestFields) throws {
        self.init()
        temperature = try fields.optionalNumber("temperature", in: 0...2)
        topP = try fields.optionalNumber("top_p", in: 0...1)
        topK = try fields.optionalInteger("top_k", in: 0...1_000_000)
        minP = try fields.optionalNumber("min_p", in: 0...1)
        repeatPenalty = try fields.optionalNumber("repeat_penalty", in: 0...10)
        maximumTokens = try fields.optionalInteger("max_tokens", in: 1...(1 << 30))
    }
}

extension Manifest.Provenance {
    init(_ fields: ManifestFields) throws {
        self.init()
        source = try fields.optionalText("source", limit: 2048)
        revision = try fields.optionalText("revision", limit: 255)
        publisher = try fields.optionalText("publisher", limit: 255)
        publishedAt = try fields.optionalText("published_at", limit: 40)
        if fields.value("bundle") != nil { bundle = try fields.digest("bundle") }
    }
}
