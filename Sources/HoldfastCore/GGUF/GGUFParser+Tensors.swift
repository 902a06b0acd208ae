/// A tensor, and where in the header its offset stands.
struct GGUFPlacedTensor {
    let tensor: GGUFTensor
    let offsetField: UInt64
}

extension GGUFParser {
    mutating func tensors(count: UInt64, alignment: UInt64) throws -> [GGUFPlacedTensor] {
        var tensors: [GGUFPlacedTensor] = []
        tensors.reserveCapacity(Int(count))
        var names: Set<String> = []
        for index in 0..<count {
            let start = cursor.position
            let name = try string(limit: limits.tensorNameBytes, "tensor[\(index)].name")
            guard !name.isEmpty, !name.unicodeScalars.contains(where: GGUFRefusal.isControl) else {
                throw GGUFRefusal.error("tensor[\(index)].name", at: start, "is empty or has control characters")
            }
            guard names.insert(name).inserted else {
                throw GGUFRefusal.error("tensor[\(index)].name", at: start, "'\(name)' stands twice")
            }
            tensors.append(try tensor(name, alignment: alignment))
        }
        return tensors
    }

    private mutating func tensor(_ name: String, alignment: UInt64) throws -> GGUFPlacedTensor {
        let shapeStart = cursor.position
        let dimensions = try dimensions("tensor '\(name)'")
        let typeStart = cursor.position
        let number: UInt32 = try cursor.integer("type of tensor '\(name)'")
        guard let type = GGMLType(number: number) else {
            throw GGUFRefusal.error("type of tensor '\(name)'", at: typeStart, "is \(number), which is not a known ggml type")
        }
        let size = try Self.size(dimensions, type, field: "dimensions of tensor '\(name)'", at: shapeStart)
        let offsetStart = cursor.position
        let offset: UInt64 = try cursor.integer("offset of tensor '\(name)'")
        guard offset % alignment == 0 else {
            throw GGUFRefusal.error(
                "offset of tensor '\(name)'", at: offsetStart, "is \(offset), not a multiple of the alignment \(alignment)")
        }
        let tensor = GGUFTensor(
            name: name, dimensions: dimensions, type: type, offset: offset, elementCount: size.elements, byteCount: size.bytes)
        return GGUFPlacedTensor(tensor: tensor, offsetField: offsetStart)
    }

    private mutating func dimensions(_ tensor: String) throws -> [UInt64] {
        let start = cursor.position
        let count: UInt32 = try cursor.integer("n_dimensions of \(tensor)")
        guard count <= limits.dimensions else {
            throw GGUFRefusal.error("n_dimensions of \(tensor)", at: start, "is \(count), above the limit of \(limits.dimensions)")
        }
        var dimensions: [UInt64] = []
        for index in 0..<count {
            let field = "dimension \(index) of \(tensor)"
            let start = cursor.position
            let length: UInt64 = try cursor.integer(field)
            // llama.cpp takes it as a signed number; a 0 would hide an overflow of the others from a product.
            guard length > 0, length <= UInt64(Int64.max) else {
                throw GGUFRefusal.error(field, at: start, "is \(Int64(bitPattern: length))")
            }
            dimensions.append(length)
        }
        return dimensions
    }

    /// Elements and bytes of a tensor, or a refusal when either does not fit into a signed 64-bit number.
    private static func size(
        _ dimensions: [UInt64], _ type: GGMLType, field: String, at start: UInt64
    ) throws -> (elements: UInt64, bytes: UInt64) {
        let row = dimensions.first ?? 1
        guard row % type.blockElements == 0 else {
            throw GGUFRefusal.error(
                field, at: start, "start with \(row), not a multiple of the \(type.blockElements) elements of a \(type.name) block")
        }
        func product(_ factors: [UInt64]) -> UInt64? {
            var result: UInt64 = 1
            for factor in factors {
                let (next, overflow) = result.multipliedReportingOverflow(by: factor)
                guard !overflow, next < UInt64(Int64.max) else { return nil }
                result = next
            }
            return result
        }
        let rows = Array(dimensions.dropFirst())
        guard let elements = product([row] + rows), let bytes = product([row / type.blockElements, type.blockBytes] + rows) else {
            throw GGUFRefusal.error(field, at: start, "\(dimensions) multiply to more than 2^63 elements or bytes")
        }
        return (elements, bytes)
    }
}
