/// `<N>[.p/<W>]` of c2sp.org/tlog-tiles: the index in path elements of three digits, all but the last with an `x` before them.
enum TileIndexPath {
    static func encode(index: Int, width: Int) -> String {
        var elements = [threeDigits(index % 1000)]
        var rest = index / 1000
        while rest > 0 {
            elements.append("x" + threeDigits(rest % 1000))
            rest /= 1000
        }
        let text = elements.reversed().joined(separator: "/")
        return width == TileCoordinate.fullWidth ? text : "\(text).p/\(width)"
    }

    /// - Returns: nil for anything ``encode(index:width:)`` would not write.
    static func decode(_ path: some Collection<UInt8>) -> (index: Int, width: Int)? {
        var elements = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { Array($0) }
        var width = TileCoordinate.fullWidth
        if elements.count >= 2, elements[elements.count - 2].suffix(2).elementsEqual(".p".utf8) {
            guard let partial = StrictDecimal.decode(elements.removeLast()), (1..<TileCoordinate.fullWidth).contains(partial) else {
                return nil
            }
            width = partial
            elements[elements.count - 1].removeLast(2)
        }
        var digits: [UInt8] = []
        for (position, element) in elements.enumerated() {
            let isLast = position == elements.count - 1
            guard element.count == (isLast ? 3 : 4), isLast || element[0] == UInt8(ascii: "x") else { return nil }
            digits += element.suffix(3)
        }
        // Only the padding of the first element may be zeros: one of them all is an element too many.
        if elements.count > 1, digits.prefix(3).elementsEqual("000".utf8) { return nil }
        let significant = digits.drop { $0 == UInt8(ascii: "0") }
        guard let index = StrictDecimal.decode(significant.isEmpty ? digits.suffix(1) : significant) else { return nil }
        return (index, width)
    }

    private static func threeDigits(_ value: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: 3 - text.utf8.count) + text
    }
}
