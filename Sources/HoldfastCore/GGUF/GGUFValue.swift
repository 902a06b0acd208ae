/// The types of metadata values, with the numbers of the GGUF specification (`gguf_metadata_value_type`).
public enum GGUFValueType: UInt32, Sendable {
    case uint8 = 0
    case int8 = 1
    case uint16 = 2
    case int16 = 3
    case uint32 = 4
    case int32 = 5
    case float32 = 6
    case bool = 7
    case string = 8
    case array = 9
    case uint64 = 10
    case int64 = 11
    case float64 = 12

    /// Bytes of one value, or the fewest bytes of a string (its length) and of an array (element type and count).
    var leastBytes: UInt64 {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64, .string: 8
        case .array: 12
        }
    }

    var isInteger: Bool {
        switch self {
        case .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: true
        case .float32, .bool, .string, .array, .float64: false
        }
    }
}

/// A metadata value; widths are folded, the exact type is in ``GGUFEntry/type``.
public enum GGUFValue: Sendable, Equatable {
    case unsigned(UInt64)
    case signed(Int64)
    case float(Double)
    case bool(Bool)
    case string(String)
    /// Indirect: a value stays small, because up to 512 of them are kept for an array.
    indirect case array(GGUFArray)
}

/// An array: always its length, and its elements when they are few (``GGUFLimits/keptNumbers``, ``GGUFLimits/keptStrings``).
public struct GGUFArray: Sendable, Equatable {
    public let elementType: GGUFValueType
    public let count: UInt64
    /// nil when the array was walked and checked, but not kept.
    public let elements: [GGUFValue]?
}

/// One key's value.
public struct GGUFEntry: Sendable, Equatable {
    public let type: GGUFValueType
    public let value: GGUFValue
    /// Bytes from the start of the file to the value.
    public let offset: UInt64
}
