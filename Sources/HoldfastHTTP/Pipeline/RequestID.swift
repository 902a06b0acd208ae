/// Ids that sort by time: 12 hexadecimal digits of milliseconds since 1970, 20 of chance.
public enum RequestID {
    public static func make(at milliseconds: Int64) -> String {
        let time = hex(UInt64(clamping: milliseconds) & 0xffff_ffff_ffff, digits: 12)
        return time + hex(UInt64.random(in: 0...UInt64.max), digits: 16) + hex(UInt64.random(in: 0...0xffff), digits: 4)
    }

    private static func hex(_ value: UInt64, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
