/// Figures of repeated rounds.
struct Sample {
    let sorted: [Double]

    init(_ values: [Double]) { sorted = values.sorted() }

    var median: Double { quantile(0.5) }

    /// By linear interpolation between neighbours.
    func quantile(_ part: Double) -> Double {
        guard !sorted.isEmpty else { return .nan }
        let position = part * Double(sorted.count - 1)
        let low = Int(position)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (sorted[high] - sorted[low]) * (position - Double(low))
    }

    /// The middle half.
    var quartiles: ClosedRange<Double> { quantile(0.25)...quantile(0.75) }
}
