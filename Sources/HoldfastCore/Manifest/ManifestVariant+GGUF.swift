extension Manifest.Variant {
    /// Describes a model's file by the reader that nodes use, and reads all of it: header, numbers of every tensor, digests of every chunk.
    /// - Returns: the variant, and what the file says the model is.
    /// - Throws: ``HoldfastError`` `model_invalid`; and what `source` throws, unchanged.
    public static func describe(_ source: some RandomAccessBytes, device: String, context: Int64? = nil) throws -> (
        variant: Self, model: ModelDescription
    ) {
        let header = try GGUFReader.read(source)
        let model = try ModelDescription(header: header)
        try GGUFBody.check(header, in: source)
        let (digest, chunks) = try ChunkPlan(header).digest(source)
        var variant = Manifest.Variant(
            device: device, format: model.format, digest: digest, size: Int64(clamping: source.size), chunks: chunks)
        variant.quantization = model.quantization
        let run = EngineShape(
            contextLength: Int(clamping: context ?? Int64(model.contextLength ?? 4096)), slots: 1, microBatchSize: 512, flashAttention: true
        )
        variant.memory = min(MemoryFootprint(MemoryShape(header), run: run).totalBytes, CanonicalJSON.integerRange.upperBound)
        return (variant, model)
    }
}

extension Manifest {
    /// What a manifest says of a model that its publisher did not say: from the model's file.
    public mutating func complete(from model: ModelDescription) {
        if context == nil { context = model.contextLength.map(Int64.init) }
        if capabilities.isEmpty { capabilities = Self.capabilities(of: model) }
        if licence.id == nil { licence.id = model.licence?.id }
    }

    private static func capabilities(of model: ModelDescription) -> [String] {
        if Recommendation.makesEmbeddings(model) { return ["embedding"] }
        return (model.hasChatTemplate ? ["chat"] : []) + ["completion", "json"]
    }
}
