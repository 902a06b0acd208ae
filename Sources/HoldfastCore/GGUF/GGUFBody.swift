/// The body of a GGUF file whose header has passed: tensors are what the metadata says, and every stored floating-point number is finite.
///
/// The latter is what llama.cpp's `ggml_validate_row_data` calls valid (ggml-quants.c, b9916), found before an engine maps the file: one NaN in a scale
/// is in every answer after it, and engines are known to abort on what comes of it.
public enum GGUFBody {
    private static let windowBytes: UInt64 = 1 << 20

    /// Reads the whole of every tensor.
    /// - Throws: ``HoldfastError`` `model_invalid`, naming the tensor and the byte; and what `source` throws, unchanged.
    public static func check(_ header: GGUFHeader, in source: some RandomAccessBytes) throws {
        try GGUFShapes.check(header)
        for tensor in header.tensors {
            guard let numbers = StoredNumbers(tensor.type) else { continue }
            let start = header.dataOffset + tensor.offset
            let window = windowBytes / tensor.type.blockBytes * tensor.type.blockBytes
            var done: UInt64 = 0
            while done < tensor.byteCount {
                let count = Int(min(window, tensor.byteCount - done))
                let bytes = try source.read(at: start + done, count: count)
                guard bytes.count == count else {
                    throw GGUFRefusal.error("tensor '\(tensor.name)'", at: start + done, "could not be read: the file became shorter")
                }
                if let place = bytes.withUnsafeBytes({ numbers.firstNotFinite(in: $0) }) {
                    throw GGUFRefusal.error(
                        "tensor '\(tensor.name)'", at: start + done + UInt64(place),
                        "has a number there that is infinite or none at all")
                }
                done += UInt64(count)
            }
        }
    }
}

/// Where the floating-point numbers stand in a block of a type: ggml-common.h, llama.cpp b9916.
struct StoredNumbers {
    private enum Format {
        case half, brain, single, double
        /// A power of two in a byte, of which 255 is none.
        case exponent
        /// Four 16-bit words, each with four bits of one half at its top.
        case spread
    }

    private let format: Format
    private let blockBytes: Int
    private let places: [Int]

    /// - Returns: nil for a type that has only integers, or none whose every bit pattern is not a number.
    init?(_ type: GGMLType) {
        let (format, places): (Format, [Int])
        switch type.name {
        case "F32": (format, places) = (.single, [0])
        case "F64": (format, places) = (.double, [0])
        case "BF16": (format, places) = (.brain, [0])
        case "F16", "Q4_0", "Q5_0", "Q8_0", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "IQ1_S", "IQ4_NL", "IQ4_XS", "Q1_0", "Q2_0":
            (format, places) = (.half, [0])
        case "Q4_1", "Q5_1", "Q8_1", "Q4_K", "Q5_K": (format, places) = (.half, [0, 2])
        case "Q2_K": (format, places) = (.half, [80, 82])
        case "Q3_K": (format, places) = (.half, [108])
        case "Q6_K": (format, places) = (.half, [208])
        case "Q8_K": (format, places) = (.single, [0])
        case "TQ1_0": (format, places) = (.half, [52])
        case "TQ2_0": (format, places) = (.half, [64])
        case "MXFP4": (format, places) = (.exponent, [0])
        case "IQ1_M": (format, places) = (.spread, [48])
        default: return nil
        }
        self.format = format
        self.places = places
        blockBytes = Int(type.blockBytes)
    }

    /// - Parameter bytes: whole blocks.
    /// - Returns: where the first number stands that is not finite, or nil.
    func firstNotFinite(in bytes: UnsafeRawBufferPointer) -> Int? {
        switch format {
        case .half: search(bytes) { $0.loadUnaligned(fromByteOffset: $1, as: UInt16.self).littleEndian & 0x7c00 == 0x7c00 }
        case .brain: search(bytes) { $0.loadUnaligned(fromByteOffset: $1, as: UInt16.self).littleEndian & 0x7f80 == 0x7f80 }
        case .single: search(bytes) { $0.loadUnaligned(fromByteOffset: $1, as: UInt32.self).littleEndian & 0x7f80_0000 == 0x7f80_0000 }
        case .double:
            search(bytes) { $0.loadUnaligned(fromByteOffset: $1, as: UInt64.self).littleEndian & 0x7ff0 << 48 == 0x7ff0 << 48 }
        case .exponent: search(bytes) { $0[$1] == 255 }
        // The half's highest bits are in the last word.
        case .spread:
            search(bytes) { bytes, place in
                let last = bytes.loadUnaligned(fromByteOffset: place + 6, as: UInt16.self).littleEndian
                let third = bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt16.self).littleEndian
                return (last & 0xf000 | third >> 4 & 0x0f00) & 0x7c00 == 0x7c00
            }
        }
    }

    @inline(__always)
    private func search(_ bytes: UnsafeRawBufferPointer, _ isNotFinite: (UnsafeRawBufferPointer, Int) -> Bool) -> Int? {
        for first in places {
            var place = first
            while place < bytes.count {
                if isNotFinite(bytes, place) { return place }
                place += blockBytes
            }
        }
        return nil
    }
}
