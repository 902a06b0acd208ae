/// A kind of file that llama-quantize makes, and what it makes of each tensor (llama.cpp's llama-quant.cpp, for the plain types).
public enum Quantization: String, CaseIterable, Sendable, Codable {
    case f16 = "F16"
    case q8 = "Q8_0"
    case q5 = "Q5_1"
    case q4 = "Q4_0"

    /// Bytes of a tensor in a file of this kind.
    func size(of tensor: GGUFTensor, in shape: MemoryShape) -> TensorSize {
        guard Self.isQuantized(tensor) else { return TensorSize(tensor) }
        let row = tensor.dimensions.first ?? 1
        var type = rawValue
        if self != .f16 {
            // The last matrix decides every token: it is kept better. Where there is none, the first does its work too.
            let isOutput = tensor.name == "output.weight" || tensor.name == "token_embd.weight" && !shape.hasOutputMatrix
            if isOutput, self != .q8 { type = row % 256 == 0 ? "Q6_K" : "Q8_0" }
            if row % 32 != 0 { type = "F16" }
        }
        return TensorSize(tensor, as: type)
    }

    /// Vectors, norms and what routes tokens to experts stay as they are.
    private static func isQuantized(_ tensor: GGUFTensor) -> Bool {
        guard tensor.dimensions.count >= 2, tensor.name.hasSuffix("weight") else { return false }
        let kept = [
            "_norm.weight", "ffn_gate_inp.weight", "altup", "laurel", "per_layer_model_proj", "position_embd.weight", "token_types.weight",
            "ssm_conv1d", "shortconv.conv.weight", "time_mix_", "attn_rel_b.weight",
        ]
        return !kept.contains { tensor.name.contains($0) }
    }
}

struct TensorSize: Equatable {
    var bytes: UInt64
    /// llama.cpp keeps a second copy in an order of its own (`CPU_REPACK`).
    var isRepacked: Bool

    init(_ tensor: GGUFTensor) {
        bytes = tensor.byteCount
        isRepacked = Self.isRepacked(tensor, as: tensor.type.name)
    }

    init(_ tensor: GGUFTensor, as name: String) {
        let type = GGMLType.all.first { $0.name == name } ?? tensor.type
        bytes = (tensor.elementCount / type.blockElements).limitedProduct(type.blockBytes)
        isRepacked = Self.isRepacked(tensor, as: type.name)
    }

    /// Matrices whose rows come in eights; the first matrix is looked up in and not multiplied with.
    private static func isRepacked(_ tensor: GGUFTensor, as type: String) -> Bool {
        ["Q4_0", "Q4_K", "IQ4_NL"].contains(type) && tensor.dimensions.count == 2 && tensor.dimensions[1] % 8 == 0
            && tensor.name != "token_embd.weight"
    }
}

extension MemoryShape {
    var hasOutputMatrix: Bool { tensors.contains { $0.name == "output.weight" } }
}
