/// A decimal number as C2SP writes tree sizes and indices: ASCII digits, no sign, no leading zero.
enum StrictDecimal {
    /// - Returns: nil for any other text and for what does not fit 63 bits.
    static func decode(_ text: some Collection<UInt8>) -> Int? {
        guard let first = text.first, first != UInt8(ascii: "0") || text.count == 1 else { return nil }
        var value = 0
        for digit in text {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }
}
