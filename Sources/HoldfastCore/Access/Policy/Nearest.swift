/// The words that a mistyped one was most likely meant to be.
public enum Nearest {
    /// - Returns: at most `limit` of `candidates`, nearest first, none that differs in more than a third of its letters (and at least two).
    public static func matches(for text: String, among candidates: some Sequence<String>, limit: Int = 3) -> [String] {
        let word = Array(text.lowercased().utf8.prefix(64))
        let near = candidates.compactMap { candidate -> (distance: Int, candidate: String)? in
            let other = Array(candidate.lowercased().utf8.prefix(64))
            let allowed = max(2, max(word.count, other.count) / 3)
            guard abs(word.count - other.count) <= allowed else { return nil }
            let distance = distance(word, other)
            return distance <= allowed ? (distance, candidate) : nil
        }
        return near.sorted { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }.prefix(limit).map(\.candidate)
    }

    /// `; did you mean 'a' or 'b'?`, or nothing.
    static func suggestion(for text: String, among candidates: some Sequence<String>) -> String {
        let matches = matches(for: text, among: candidates).map { "'\($0)'" }
        return matches.isEmpty ? "" : "; did you mean \(matches.joined(separator: " or "))?"
    }

    /// Levenshtein's distance, one row at a time.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in 1..<(right.count + 1) {
                let above = row[column]
                row[column] = min(above + 1, row[column - 1] + 1, diagonal + (byte == right[column - 1] ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
