extension Manifest {
    private static let maximumVariants = 64

    mutating func readVariants(_ fields: ManifestFields) throws {
        guard let objects = try fields.objects("variants", most: Self.maximumVariants), !objects.isEmpty else {
            throw fields.refusal("variants", "is missing or empty")
        }
        for object in objects {
            let variant = try Variant(object)
            let id = try object.text("id", limit: 300)
            guard id == self.id(of: variant) else {
                throw object.refusal("id", "is '\(id.prefix(120))', and must be '\(self.id(of: variant))'")
            }
            guard (try? ModelName(parsing: id)) != nil else { throw object.refusal("id", "is longer than a model's name may be") }
            guard !variants.contains(where: { $0.device == variant.device }) else {
                throw object.refusal("device", "is '\(variant.device)', as that of another variant")
            }
            guard kind == .engine || variant.format == "gguf" else {
                throw object.refusal("format", "is '\(variant.format)', and a model's is 'gguf'")
            }
            variants.append(variant)
        }
    }
}

extension Manifest.Variant {
    init(_ fields: ManifestFields) throws {
        let size = try fields.integer("size", in: 1...CanonicalJSON.integerRange.upperBound)
        self.init(
            device: try Manifest.word(fields, "device"), format: try Manifest.word(fields, "format"), digest: try fields.digest("digest"),
            size: size, chunks: try Self.chunks(fields, size: size))
        quantization = try fields.optionalText("quantization", limit: 32)
        memory = try fields.optionalInteger("memory", in: 1...CanonicalJSON.integerRange.upperBound)
        if let object = try fields.optionalObject("engine") {
            engine = Manifest.Engine(name: try object.text("name", limit: 64), leastVersion: try object.text("least_version", limit: 64))
        }
    }

    private static func chunks(_ fields: ManifestFields, size: Int64) throws -> [Manifest.Chunk] {
        guard let objects = try fields.objects("chunks", most: Self.maximumChunks), !objects.isEmpty else {
            throw fields.refusal("chunks", "is missing or empty")
        }
        var sum: Int64 = 0
        let chunks = try objects.map { object in
            let chunk = Manifest.Chunk(
                digest: try object.digest("digest"), size: try object.integer("size", in: 1...ChunkPlan.maximumBytes))
            sum += chunk.size
            return chunk
        }
        guard sum == size else { throw fields.refusal("chunks", "have \(sum) bytes together, and the file has \(size)") }
        return chunks
    }

    private static let maximumChunks = 1 << 20
}
