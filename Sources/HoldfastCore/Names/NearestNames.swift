/// Finds the names a mistyped one may have meant.
public enum NearestNames {
    /// - Parameters:
    ///   - candidates: only names the caller may see.
    ///   - limit: the most names to return.
    /// - Returns: the nearest first; none that differs in more than a third of its characters (at least two).
    public static func find(_ wanted: ModelName, among candidates: some Sequence<ModelName>, limit: Int = 3) -> [ModelName] {
        let text = Array(wanted.description.utf8)
        let most = max(2, text.count / 3)
        var found: [(distance: Int, name: ModelName)] = []
        for name in candidates where name != wanted {
            let candidate = Array(name.description.utf8)
            // The same name with another tag is near, however long the tag is.
            let distance = name.name == wanted.name ? 1 : self.distance(text, candidate, most: most)
            if distance <= most { found.append((distance, name)) }
        }
        return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
    }

    /// Insertions, deletions, replacements and exchanges of neighbours that lead from one to the other (optimal string alignment).
    /// - Returns: `most + 1` for anything above `most`.
    static func distance(_ left: [UInt8], _ right: [UInt8], most: Int) -> Int {
        guard abs(left.count - right.count) <= most else { return most + 1 }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                var best = min(last[column + 1] + 1, current[column] + 1, last[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            guard current.contains(where: { $0 <= most }) else { return most + 1 }
            (beforeLast, last) = (last, current)
        }
        return min(last[right.count], most + 1)
    }
}
