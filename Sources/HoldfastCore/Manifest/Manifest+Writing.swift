extension Manifest {
    /// Its JSON, the same bytes each time. What this writes, ``init(parsing:)`` reads.
    public func serialized() throws -> [UInt8] {
        typealias Member = OrderedJSON.Member
        var members = [
            Member("schema", .number("\(Self.schema)")), Member("kind", .string(kind.rawValue)), Member("name", .string(name)),
            Member("version", .string(version)), Member("release_counter", .number("\(releaseCounter)")),
            Member("aliases", .array(aliases.map { .string($0.description) })), Member("task", .string(task)),
            Member("capabilities", .array(capabilities.map { .string($0) })),
        ]
        members.add("context", context)
        members.add("template", template)
        members.append(Member("sampling", .object(sampling.members)))
        members.append(Member("licence", .object(licence.members)))
        members.append(
            Member(
                "pinned_prompts",
                .array(pinnedPrompts.map { .object([Member("kind", .string($0.kind)), Member("text", .string($0.text))]) })))
        members.add("max_offline", maximumOffline)
        members.append(Member("revocation_grace", .number("\(revocationGrace)")))
        members.append(Member("provenance", .object(provenance.members)))
        members.append(Member("least_node_version", .string(leastNodeVersion)))
        members.append(Member("variants", .array(variants.map { .object([Member("id", .string(id(of: $0)))] + $0.members) })))
        return try OrderedJSON.object(members).serialized()
    }
}

extension [OrderedJSON.Member] {
    fileprivate mutating func add(_ name: String, _ number: Int64?) { if let number { append(Element(name, .number("\(number)"))) } }
    fileprivate mutating func add(_ name: String, _ number: Double?) { if let number { append(Element(name, .number("\(number)"))) } }
    fileprivate mutating func add(_ name: String, _ text: String?) { if let text { append(Element(name, .string(text))) } }
}

extension Manifest.Sampling {
    fileprivate var members: [OrderedJSON.Member] {
        var members: [OrderedJSON.Member] = []
        members.add("temperature", temperature)
        members.add("top_p", topP)
        members.add("top_k", topK)
        members.add("min_p", minP)
        members.add("repeat_penalty", repeatPenalty)
        members.add("max_tokens", maximumTokens)
        return members
    }
}

extension Manifest.Licence {
    fileprivate var members: [OrderedJSON.Member] {
        var members: [OrderedJSON.Member] = []
        members.add("id", id)
        members.add("text", text)
        return members
    }
}

extension Manifest.Provenance {
    fileprivate var members: [OrderedJSON.Member] {
        var members: [OrderedJSON.Member] = []
        members.add("source", source)
        members.add("revision", revision)
        members.add("publisher", publisher)
        members.add("published_at", publishedAt)
        members.add("bundle", bundle?.description)
        return members
    }
}

extension Manifest.Variant {
    fileprivate var members: [OrderedJSON.Member] {
        typealias Member = OrderedJSON.Member
        var members = [Member("device", .string(device)), Member("format", .string(format))]
        members.add("quantization", quantization)
        members.add("digest", digest.description)
        members.add("size", size)
        members.add("memory", memory)
        if let engine {
            members.append(
                Member("engine", .object([Member("name", .string(engine.name)), Member("least_version", .string(engine.leastVersion))])))
        }
        members.append(
            Member(
                "chunks",
                .array(chunks.map { .object([Member("digest", .string($0.digest.description)), Member("size", .number("\($0.size)"))]) })))
        return members
    }
}
