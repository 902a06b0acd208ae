/// One block of 512 bytes in front of a member: POSIX.1-2017, pax, "ustar Interchange Format".
struct TarHeader {
    enum Kind: Hashable, Sendable {
        case file
        case folder
        case link
        /// pax records for the next member; for all that follow.
        case extended
        case global
        /// GNU: the next member's name, or the name its link leads to.
        case longName
        case longLink
    }

    /// What headers before a member say in its own header's place.
    struct Overrides: Sendable {
        var path: [UInt8]?
        var linkPath: [UInt8]?
        var size: Int64?

        mutating func take(_ kind: Kind, _ bytes: [UInt8]) throws {
            switch kind {
            case .longName: path = Array(bytes.prefix { $0 != 0 })
            case .longLink: linkPath = Array(bytes.prefix { $0 != 0 })
            case .extended: try takeRecords(bytes)
            default: break
            }
        }

        /// `LENGTH KEY=VALUE\n`, the length in decimal and of the whole record.
        private mutating func takeRecords(_ bytes: [UInt8]) throws {
            var rest = bytes[...]
            while !rest.isEmpty {
                guard let space = rest.firstIndex(of: UInt8(ascii: " ")), let length = StrictDecimal.decode(rest[..<space]),
                    length <= rest.count, rest.startIndex + length > space + 1, rest[rest.startIndex + length - 1] == UInt8(ascii: "\n"),
                    let equals = rest[(space + 1)..<(rest.startIndex + length)].firstIndex(of: UInt8(ascii: "="))
                else { throw TarReader.refuse("an extended header is malformed") }
                let value = Array(rest[(equals + 1)..<(rest.startIndex + length - 1)])
                switch String(decoding: rest[(space + 1)..<equals], as: UTF8.self) {
                case "path": path = value
                case "linkpath": linkPath = value
                case "size":
                    guard let number = StrictDecimal.decode(value) else { throw TarReader.refuse("a size is not a number") }
                    size = Int64(number)
                case let key where key.hasPrefix("GNU.sparse"): throw TarReader.refuse("it has a sparse file")
                default: break
                }
                rest = rest.dropFirst(length)
            }
        }
    }

    let name: [UInt8]
    let linkName: [UInt8]
    let mode: Int64
    let size: Int64
    let kind: Kind

    init(_ block: [UInt8]) throws {
        func field(_ range: Range<Int>) -> [UInt8] { Array(block[range].prefix { $0 != 0 }) }
        let sum = block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 0x20 : Int64($1.element)) }
        guard try Self.octal(block[148..<156]) == sum else { throw TarReader.refuse("a header's checksum is wrong") }
        let isUstar = Array(block[257..<262]) == Array("ustar".utf8)
        let prefix = isUstar && block[262] == 0 ? field(345..<500) : []
        name = prefix.isEmpty ? field(0..<100) : prefix + [UInt8(ascii: "/")] + field(0..<100)
        linkName = field(157..<257)
        mode = try Self.octal(block[100..<108])
        size = try Self.octal(block[124..<136])
        switch block[156] {
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): kind = name.last == UInt8(ascii: "/") ? .folder : .file
        case UInt8(ascii: "2"): kind = .link
        case UInt8(ascii: "5"): kind = .folder
        case UInt8(ascii: "x"): kind = .extended
        case UInt8(ascii: "g"): kind = .global
        case UInt8(ascii: "L"): kind = .longName
        case UInt8(ascii: "K"): kind = .longLink
        case UInt8(ascii: "1"): throw TarReader.refuse("'\(Self.shown(name))' is a hard link")
        default: throw TarReader.refuse("'\(Self.shown(name))' is neither a file, a folder nor a symbolic link")
        }
    }

    /// Octal digits between spaces and a NUL. GNU's binary numbers are not taken: pax has a record for what does not fit.
    private static func octal(_ field: ArraySlice<UInt8>) throws -> Int64 {
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
        var value: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else {
                throw TarReader.refuse("a number in a header is not octal")
            }
            value = value << 3 | Int64(digit - UInt8(ascii: "0"))
        }
        return value
    }

    private static func shown(_ name: [UInt8]) -> String {
        String(String(decoding: name.prefix(80), as: UTF8.self).unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7f })
    }
}
