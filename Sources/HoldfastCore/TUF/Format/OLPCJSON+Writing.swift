extension OLPCJSON {
    /// The canonical bytes, which are what is signed and what a key's id is the hash of.
    public func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }

    private func write(to bytes: inout [UInt8]) {
        switch self {
        case .object(let members): Self.write(members, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                element.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .string(let text): Self.write(text, to: &bytes)
        case .number(let digits): bytes += digits.utf8
        case .bool(let flag): bytes += (flag ? "true" : "false").utf8
        case .null: bytes += "null".utf8
        }
    }

    private static func write(_ members: [String: OLPCJSON], to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        // The order of UTF-8's bytes is that of code points.
        let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (position, member) in sorted.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            write(member.key, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            member.value.write(to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// JSON that any reader takes, members in the same order: the canonical form is none where a string holds a control character.
    public func json() throws -> [UInt8] {
        var bytes: [UInt8] = []
        try writeJSON(to: &bytes)
        return bytes
    }

    private func writeJSON(to bytes: inout [UInt8]) throws {
        switch self {
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (position, member) in sorted.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes += try CanonicalJSON.string(member.key).serialized()
                bytes.append(UInt8(ascii: ":"))
                try member.value.writeJSON(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                try element.writeJSON(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .string(let text): bytes += try CanonicalJSON.string(text).serialized()
        case .number, .bool, .null: write(to: &bytes)
        }
    }
}
