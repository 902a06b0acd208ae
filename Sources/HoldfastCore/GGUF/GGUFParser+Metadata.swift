extension GGUFParser {
    mutating func metadata(count: UInt64) throws -> [String: GGUFEntry] {
        var metadata: [String: GGUFEntry] = [:]
        metadata.reserveCapacity(Int(count))
        for index in 0..<count {
            let start = cursor.position
            let key = try key("metadata[\(index)].key")
            let type = try valueType("type of \(GGUFRefusal.printable(key))")
            let offset = cursor.position
            let value = try value(type, key: key, depth: 0)
            guard metadata.updateValue(GGUFEntry(type: type, value: value, offset: offset), forKey: key) == nil else {
                throw GGUFRefusal.error("metadata[\(index)].key", at: start, "'\(GGUFRefusal.printable(key))' stands twice")
            }
        }
        return metadata
    }

    /// A key is ASCII, as the specification says: two keys that look alike, or are equal to Swift and not to C, cannot be.
    private mutating func key(_ field: @autoclosure () -> String) throws -> String {
        let start = cursor.position
        let bytes = try stringBytes(limit: limits.keyBytes, field())
        guard !bytes.isEmpty else { throw GGUFRefusal.error(field(), at: start, "is empty") }
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw GGUFRefusal.error(field(), at: start, "has a character that is not printable ASCII")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func valueType(_ field: @autoclosure () -> String) throws -> GGUFValueType {
        let start = cursor.position
        let number: UInt32 = try cursor.integer(field())
        guard let type = GGUFValueType(rawValue: number) else {
            throw GGUFRefusal.error(field(), at: start, "is \(number), and GGUF knows 0 to 12")
        }
        return type
    }

    private mutating func value(_ type: GGUFValueType, key: String, depth: Int) throws -> GGUFValue {
        // Only made when something is wrong: this runs for every element.
        func field() -> String { GGUFRefusal.printable(key) }
        switch type {
        case .uint8: return .unsigned(UInt64(try cursor.integer(field(), as: UInt8.self)))
        case .uint16: return .unsigned(UInt64(try cursor.integer(field(), as: UInt16.self)))
        case .uint32: return .unsigned(UInt64(try cursor.integer(field(), as: UInt32.self)))
        case .uint64: return .unsigned(try cursor.integer(field(), as: UInt64.self))
        case .int8: return .signed(Int64(Int8(bitPattern: try cursor.integer(field()))))
        case .int16: return .signed(Int64(Int16(bitPattern: try cursor.integer(field()))))
        case .int32: return .signed(Int64(Int32(bitPattern: try cursor.integer(field()))))
        case .int64: return .signed(Int64(bitPattern: try cursor.integer(field())))
        case .float32: return .float(Double(Float(bitPattern: try cursor.integer(field()))))
        case .float64: return .float(Double(bitPattern: try cursor.integer(field())))
        case .bool:
            let start = cursor.position
            let byte: UInt8 = try cursor.integer(field())
            guard byte <= 1 else { throw GGUFRefusal.error(field(), at: start, "is \(byte), and a bool is 0 or 1") }
            return .bool(byte == 1)
        case .string: return .string(try string(limit: limits.stringBytes, field()))
        case .array: return .array(try array(key: key, depth: depth + 1))
        }
    }

    private mutating func array(key: String, depth: Int) throws -> GGUFArray {
        func field() -> String { GGUFRefusal.printable(key) }
        guard depth <= limits.arrayDepth else {
            throw GGUFRefusal.error(field(), at: cursor.position, "has arrays inside arrays more than \(limits.arrayDepth) deep")
        }
        let type = try valueType("element type of \(field())")
        let count = try count("length of \(field())", limit: limits.arrayElements, leastBytes: type.leastBytes)
        var elements: [GGUFValue]?
        switch type {
        case .array:
            for _ in 0..<count { _ = try array(key: key, depth: depth + 1) }
        // Tokens are byte strings, some of them no UTF-8, and none of them is needed.
        case .string where count > limits.keptStrings || key.hasPrefix("tokenizer."):
            for index in 0..<count where !cursor.skipString(limit: limits.stringBytes) {
                let length = try self.count("length of \(field())[\(index)]", limit: limits.stringBytes, leastBytes: 1)
                try cursor.skip(length, "\(field())[\(index)]")
            }
        case _ where type != .string && count > limits.keptNumbers:
            try cursor.skip(count * type.leastBytes, field())
        default:
            var kept: [GGUFValue] = []
            kept.reserveCapacity(Int(count))
            for _ in 0..<count { kept.append(try value(type, key: key, depth: depth)) }
            elements = kept
        }
        return GGUFArray(elementType: type, count: count, elements: elements)
    }
}
