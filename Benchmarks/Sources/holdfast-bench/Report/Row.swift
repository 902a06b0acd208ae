/// One line of the table.
struct Row: Codable {
    enum Goal: Codable {
        case atLeastRatio(Double)
        case atMost(Double)
        case atLeast(Double)
    }

    /// Stable, for whoever compares runs.
    var key: String
    var name: String
    var figure: Double
    var unit: String
    var baseline: Double?
    /// What the baseline is.
    var beside: String?
    /// Of figures, so that more is better.
    var ratio: Double?
    var goal: Goal?
    /// Rounds, pairs or requests behind the figure.
    var rounds: Int
    /// The middle half of the rounds: of the ratio where there is one, else of the figure.
    var spread: [Double]
    var details: [String: Double] = [:]

    var isMet: Bool? {
        switch goal {
        case .atLeastRatio(let least): (ratio ?? 0) >= least
        case .atMost(let most): figure <= most
        case .atLeast(let least): figure >= least
        case nil: nil
        }
    }

    /// For A/B rounds: `pairs` are (ours, baseline), and more is better.
    static func pairs(
        _ key: String, _ name: String, unit: String, beside: String, _ pairs: [(ours: Double, baseline: Double)], goal: Double?
    ) -> Row {
        let ratios = Sample(pairs.map { $0.ours / $0.baseline })
        return Row(
            key: key, name: name, figure: Sample(pairs.map(\.ours)).median, unit: unit, baseline: Sample(pairs.map(\.baseline)).median,
            beside: beside, ratio: ratios.median, goal: goal.map(Goal.atLeastRatio), rounds: pairs.count,
            spread: [ratios.quartiles.lowerBound, ratios.quartiles.upperBound])
    }

    static func single(_ key: String, _ name: String, unit: String, _ values: [Double], goal: Double? = nil) -> Row {
        let sample = Sample(values)
        return Row(
            key: key, name: name, figure: sample.median, unit: unit, goal: goal.map(Goal.atMost), rounds: values.count,
            spread: [sample.quartiles.lowerBound, sample.quartiles.upperBound])
    }
}
