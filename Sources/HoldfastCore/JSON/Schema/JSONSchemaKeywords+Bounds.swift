extension JSONSchemaKeywords {
    /// How often: two keywords, each from 0 to `limit`, the right way round.
    func repetition(_ minimum: String, _ maximum: String, limit: Int) throws -> JSONSchema.Repetition {
        func count(_ name: String) throws -> Int? {
            guard let value = self[name] else { return nil }
            guard case .number(let text) = value, let count = Self.integer(text), (0...Int64(limit)).contains(count) else {
                throw JSONSchemaReader.invalid("'\(path(name))' must be an integer from 0 to \(limit).", path(name))
            }
            return Int(count)
        }
        let least = try count(minimum) ?? 0
        let most = try count(maximum)
        if let most, most < least {
            throw JSONSchemaReader.invalid("'\(path(maximum))' is less than '\(minimum)'.", path(maximum))
        }
        return JSONSchema.Repetition(minimum: least, maximum: most)
    }

    /// The bounds of an integer. Where there is one, there are two: llama.cpp's rule for a single bound lets through numbers beyond it.
    func integerRange() throws -> ClosedRange<Int64>? {
        let limits = JSONSchemaLimits.integerRange
        func bound(_ name: String, exclusive: Int64, rounded: FloatingPointRoundingRule) throws -> Int64? {
            guard let value = self[name] else { return nil }
            guard case .number(let text) = value, let number = Double(text), limits.contains(Int64(clamping: number)) else {
                throw JSONSchemaReader.invalid(
                    "'\(path(name))' must be a number from \(limits.lowerBound) to \(limits.upperBound).", path(name))
            }
            guard let whole = Self.integer(text) else { return Int64(clamping: number.rounded(rounded)) }
            return whole + exclusive
        }
        let least = [
            try bound("minimum", exclusive: 0, rounded: .up), try bound("exclusiveMinimum", exclusive: 1, rounded: .up),
        ].compactMap { $0 }.max()
        let most = [
            try bound("maximum", exclusive: 0, rounded: .down), try bound("exclusiveMaximum", exclusive: -1, rounded: .down),
        ].compactMap { $0 }.min()
        guard least != nil || most != nil else { return nil }
        let (lower, upper) = (least ?? limits.lowerBound, most ?? limits.upperBound)
        guard lower <= upper else {
            let name = self["maximum"] == nil ? "exclusiveMaximum" : "maximum"
            let shown = path(self[name] == nil ? (self["minimum"] == nil ? "exclusiveMinimum" : "minimum") : name)
            throw JSONSchemaReader.invalid("No integer lies within the bounds of '\(shown)'.", shown)
        }
        return max(lower, limits.lowerBound)...min(upper, limits.upperBound)
    }

    /// `3`, and `3.0` as some clients write it.
    private static func integer(_ text: String) -> Int64? {
        if let value = Int64(text) { return value }
        guard let value = Double(text), value == value.rounded(), value.magnitude <= 1e15 else { return nil }
        return Int64(value)
    }
}

extension Int64 {
    fileprivate init(clamping value: Double) {
        self = value.magnitude < 9e18 ? Int64(value) : (value < 0 ? .min : .max)
    }
}
