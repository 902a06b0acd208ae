/// What tensors and metadata say of each other. llama.cpp relies on both and takes the sizes of its buffers from either.
enum GGUFShapes {
    /// - Throws: ``HoldfastError`` `model_invalid`.
    static func check(_ header: GGUFHeader) throws {
        guard let architecture = header.string("general.architecture") else { return }
        let blocks = header.integer("\(architecture).block_count")
        let width = header.integer("\(architecture).embedding_length")
        let tokens = header.count("tokenizer.ggml.tokens")
        for tensor in header.tensors {
            if let blocks, let block = block(of: tensor.name), block >= blocks {
                throw refusal(tensor, header, "is of block \(block), and \(architecture).block_count is \(blocks)")
            }
            guard tensor.name == "token_embd.weight" || tensor.name == "output.weight" else { continue }
            guard tensor.dimensions.count == 2 else { throw refusal(tensor, header, "has \(tensor.dimensions.count) dimensions, not 2") }
            if let width, tensor.dimensions[0] != width {
                throw refusal(tensor, header, "is \(tensor.dimensions[0]) wide, and \(architecture).embedding_length is \(width)")
            }
            if let tokens, tensor.dimensions[1] != tokens {
                throw refusal(tensor, header, "has \(tensor.dimensions[1]) rows, and there are \(tokens) tokens")
            }
        }
        for name in ["bos", "eos"] {
            let key = "tokenizer.ggml.\(name)_token_id"
            // Tools write 2^32 - 1 for "none".
            guard let tokens, let token = header.integer(key), token != UInt64(UInt32.max), token >= tokens else { continue }
            throw GGUFRefusal.error(key, at: header.metadata[key]?.offset ?? 0, "is \(token), and there are \(tokens) tokens")
        }
        let heads = "\(architecture).attention.head_count"
        if header.integer(heads) == 0 {
            throw GGUFRefusal.error(heads, at: header.metadata[heads]?.offset ?? 0, "is 0: an engine divides by it")
        }
    }

    /// The number in `blk.N.…`.
    private static func block(of name: String) -> UInt64? {
        let parts = name.split(separator: ".", maxSplits: 2)
        return parts.count == 3 && parts[0] == "blk" ? UInt64(parts[1]) : nil
    }

    private static func refusal(_ tensor: GGUFTensor, _ header: GGUFHeader, _ why: String) -> HoldfastError {
        GGUFRefusal.error("tensor '\(tensor.name)'", at: header.dataOffset + tensor.offset, why)
    }
}
