/// How long a model stays loaded after its last request, as Ollama writes it.
public enum KeepAlive: Sendable, Equatable {
    /// Zero unloads it as soon as nobody uses it.
    case seconds(Int64)
    /// Until it must make room for another model, or is unloaded.
    case forever

    /// Ollama's default.
    public static let standard = KeepAlive.seconds(300)
    /// Ten years: longer ones mean for ever.
    private static let longest: Int64 = 315_360_000

    /// A number of seconds; negative for ever.
    public init(seconds: Double) {
        self = seconds < 0 || seconds > Double(Self.longest) ? .forever : .seconds(Int64(seconds.rounded(.up)))
    }

    /// `5m`, `1h30m`, `90`, `0`, `-1`, `-1m`: Go's durations without fractions, and plain seconds.
    /// - Returns: nil for any other text.
    public init?(_ text: String) {
        let isNegative = text.hasPrefix("-")
        var rest = isNegative ? text.dropFirst() : text[...]
        guard !rest.isEmpty, rest.utf8.count <= 32 else { return nil }
        var total = 0.0
        if rest.utf8.allSatisfy({ (48...57).contains($0) }) {
            total = Double(rest) ?? 0
        } else {
            while !rest.isEmpty {
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                rest = rest.dropFirst(digits.count)
                let unit = rest.prefix { $0.isASCII && $0.isLetter }
                rest = rest.dropFirst(unit.count)
                let scales = ["h": 3600.0, "m": 60, "s": 1, "ms": 0.001]
                guard let count = Double(digits), let scale = scales[String(unit)] else { return nil }
                total += count * scale
            }
        }
        self.init(seconds: isNegative && total > 0 ? -total : total)
    }
}

extension KeepAlive: CustomStringConvertible {
    public var description: String {
        switch self {
        case .forever: "-1"
        case .seconds(let seconds) where seconds % 60 == 0 && seconds > 0: "\(seconds / 60)m"
        case .seconds(let seconds): "\(seconds)s"
        }
    }
}
