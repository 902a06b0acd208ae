/// The fields of a journal entry as a datagram: systemd.io/JOURNAL_NATIVE_PROTOCOL. A value with a newline has its length before it.
enum JournalFields {
    static func encode(_ fields: [(name: String, value: String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in fields {
            bytes += name.utf8
            let value = Array(value.utf8)
            if value.contains(UInt8(ascii: "\n")) {
                bytes.append(UInt8(ascii: "\n"))
                for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value.count >> (8 * byte))) }
            } else {
                bytes.append(UInt8(ascii: "="))
            }
            bytes += value + [UInt8(ascii: "\n")]
        }
        return bytes
    }
}
