/// What stands before the tensor data of a GGUF file, checked: every tensor lies inside the file, aligned, and overlaps no other.
public struct GGUFHeader: Sendable, Equatable {
    /// 2 or 3.
    public let version: UInt32
    /// Bytes.
    public let fileSize: UInt64
    /// Bytes; a power of two from 8 to 65,536.
    public let alignment: UInt64
    /// Where tensor data starts, in bytes from the start of the file.
    public let dataOffset: UInt64
    public let metadata: [String: GGUFEntry]
    /// In the file's order.
    public let tensors: [GGUFTensor]
}

/// One tensor's place in the file.
public struct GGUFTensor: Sendable, Equatable {
    /// At most 63 bytes, without control characters, unique in the file.
    public let name: String
    /// Elements along each dimension, the fastest varying first; none for a scalar, at most 4, none of them 0.
    public let dimensions: [UInt64]
    public let type: GGMLType
    /// Bytes from ``GGUFHeader/dataOffset``, a multiple of the alignment.
    public let offset: UInt64
    public let elementCount: UInt64
    public let byteCount: UInt64
}

extension GGUFHeader {
    /// The string under `key`, or nil.
    public func string(_ key: String) -> String? {
        if case .string(let text) = metadata[key]?.value { text } else { nil }
    }

    /// The integer under `key`, of whatever width; for an array with a value for each layer, the largest. nil when there is none.
    public func integer(_ key: String) -> UInt64? {
        guard let value = metadata[key]?.value else { return nil }
        guard case .array(let array) = value else { return value.integer }
        return array.elements?.compactMap(\.integer).max()
    }

    /// The strings of a short array under `key`, or nil.
    public func strings(_ key: String) -> [String]? {
        guard case .array(let array) = metadata[key]?.value, array.elementType == .string else { return nil }
        return array.elements?.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }

    /// The length of the array under `key`, or nil.
    public func count(_ key: String) -> UInt64? {
        if case .array(let array) = metadata[key]?.value { array.count } else { nil }
    }
}

extension GGUFValue {
    /// nil for what is not an integer, or is negative.
    var integer: UInt64? {
        switch self {
        case .unsigned(let value): value
        case .signed(let value): UInt64(exactly: value)
        case .float, .bool, .string, .array: nil
        }
    }
}
