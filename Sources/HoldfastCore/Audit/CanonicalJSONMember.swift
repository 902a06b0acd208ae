/// A member of an object on its way into the order of RFC 8785 §3.2.3: that of the UTF-16 code units of the names.
struct CanonicalJSONMember {
    let key: String
    let value: CanonicalJSON
    /// The first eight bytes of the name, first byte highest, zeros after a shorter one: most comparisons end here.
    private let prefix: UInt64
    private let isBeyondBasicPlane: Bool

    private init(key: String, value: CanonicalJSON) {
        self.key = key
        self.value = value
        var prefix: UInt64 = 0
        var remaining = 8
        var highest: UInt8 = 0
        for byte in key.utf8 {
            highest = max(highest, byte)
            guard remaining > 0 else { continue }
            remaining -= 1
            prefix |= UInt64(byte) << UInt64(remaining * 8)
        }
        self.prefix = prefix
        self.isBeyondBasicPlane = highest >= 0xf0
    }

    static func sorted(_ members: [String: CanonicalJSON]) -> [CanonicalJSONMember] {
        var list = members.map { CanonicalJSONMember(key: $0.key, value: $0.value) }
        // The order of UTF-8 is that of code points. It differs from that of UTF-16 code units only where a character lies beyond U+FFFF.
        if list.contains(where: \.isBeyondBasicPlane) {
            list.sort { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
        } else {
            list.sort { $0.prefix != $1.prefix ? $0.prefix < $1.prefix : $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        }
        return list
    }
}
