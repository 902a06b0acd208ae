/// The fields chat and plain completions share, checked.
public struct SamplingFields: Sendable, Equatable {
    public var temperature: Double?
    public var topP: Double?
    public var topK: Int?
    public var minP: Double?
    public var frequencyPenalty: Double?
    public var presencePenalty: Double?
    public var seed: Int?
    public var stop: [String]
    public var maxTokens: Int?

    /// As many stop strings, and bytes in each, as a request may have.
    static let maximumStops = 16
    static let maximumStopBytes = 256

    init(_ fields: RequestFields, maxTokensNames: [String]) throws {
        temperature = try fields.number("temperature", in: 0...2)
        topP = try fields.number("top_p", in: 0...1)
        topK = try fields.integer("top_k", in: 0...100_000)
        minP = try fields.number("min_p", in: 0...1)
        frequencyPenalty = try fields.number("frequency_penalty", in: -2...2)
        presencePenalty = try fields.number("presence_penalty", in: -2...2)
        seed = try fields.integer("seed", in: Int.min...Int.max)
        stop = try Self.stops(fields)
        // The first that is there counts, and each is checked.
        for name in maxTokensNames {
            let value = try fields.integer(name, in: 1...1_000_000)
            maxTokens = maxTokens ?? value
        }
    }

    private static func stops(_ fields: RequestFields) throws -> [String] {
        let expected = "a string or at most \(maximumStops) strings, each of 1 to \(maximumStopBytes) bytes"
        let stops = try fields.optional("stop", as: StringOrStrings.self, expected: expected)?.strings ?? []
        guard stops.count <= maximumStops, stops.allSatisfy({ (1...maximumStopBytes).contains($0.utf8.count) }) else {
            throw RequestFields.refusal("'stop' must be \(expected).", field: "stop")
        }
        return stops
    }

    /// For the audit trail: numbers in the clear, fractions in thousandths.
    public var auditParameters: [String: Int64] {
        func milli(_ value: Double?) -> Int64? { value.map { Int64(($0 * 1000).rounded()) } }
        let values: [String: Int64?] = [
            "temperature_milli": milli(temperature), "top_p_milli": milli(topP), "top_k": topK.map(Int64.init), "min_p_milli": milli(minP),
            "frequency_penalty_milli": milli(frequencyPenalty), "presence_penalty_milli": milli(presencePenalty),
            "max_tokens": maxTokens.map(Int64.init), "stops": stop.isEmpty ? nil : Int64(stop.count),
        ]
        return values.compactMapValues { $0 }
    }
}

struct StringOrStrings: Decodable {
    let strings: [String]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let one = try? container.decode(String.self) {
            strings = [one]
        } else {
            strings = try container.decode([String].self)
        }
    }
}
