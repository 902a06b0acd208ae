import HoldfastTestSupport
import Testing

@testable import HoldfastCore

/// A tar archive by hand: what GNU tar and Python's tarfile write has these blocks.
struct TarBuilder {
    var bytes: [UInt8] = []

    mutating func add(_ name: String, type: Character = "0", content: String = "", link: String = "", mode: Int = 0o644, size: Int? = nil) {
        var block = TarWriter.header(name, size: Int64(size ?? content.utf8.count), time: 0)
        block[156] = type.asciiValue ?? 0
        for (index, byte) in link.utf8.enumerated() { block[157 + index] = byte }
        for (index, byte) in ("0000" + String(mode, radix: 8)).suffix(7).utf8.enumerated() { block[100 + index] = byte }
        for index in 148..<156 { block[index] = 0x20 }
        let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
        for (index, byte) in (String(repeating: "0", count: 6 - sum.count) + sum + "\u{0}").utf8.enumerated() { block[148 + index] = byte }
        bytes += block + Array(content.utf8) + TarWriter.padding(after: Int64(content.utf8.count))
    }

    var whole: [UInt8] { bytes + TarWriter.end }
}

@Suite("Tar archives")
struct TarReaderTests {
    /// What is in an archive, as lines, read in pieces of `step` bytes.
    static func read(_ bytes: [UInt8], step: Int = .max) throws -> [String] {
        var reader = TarReader()
        var lines: [String] = []
        var content: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(step)
            rest = rest.dropFirst(piece.count)
            try piece.withUnsafeBytes { bytes in
                try reader.read(bytes) { event in
                    switch event {
                    case .member(let member): lines.append("\(member.path) \(member.kind) \(member.size)\(member.isExecutable ? " x" : "")")
                    case .data(let data): content += data
                    case .end:
                        lines.append("= " + String(decoding: content, as: UTF8.self))
                        content = []
                    }
                }
            }
        }
        try reader.finish()
        return lines
    }

    static func why(_ bytes: [UInt8]) -> String {
        let error = #expect(throws: HoldfastError.self) { try read(bytes) }
        #expect(error?.code == .archiveInvalid)
        return error?.message ?? ""
    }

    @Test("are read the same in pieces of any size")
    func pieces() throws {
        var tar = TarBuilder()
        tar.add("./", type: "5")
        tar.add("./bin/", type: "5", mode: 0o755)
        tar.add("./bin/engine", content: String(repeating: "x", count: 1000), mode: 0o755)
        tar.add("bin/empty")
        tar.add("lib/libx.so", type: "2", link: "../bin/engine")
        let expected = [
            "bin folder 0", "= ", "bin/engine file 1000 x", "= " + String(repeating: "x", count: 1000), "bin/empty file 0", "= ",
            "lib/libx.so link(to: \"../bin/engine\") 0", "= ",
        ]
        for step in [1, 7, 511, 512, 513, 4096, Int.max] { #expect(try Self.read(tar.whole, step: step) == expected, "\(step)") }
        // Blocking factors fill the end with zeros.
        #expect(try Self.read(tar.whole + [UInt8](repeating: 0, count: 8192)) == expected)
    }

    @Test("long names and sizes come from extended headers, pax's and GNU's")
    func extended() throws {
        let long = String(repeating: "folder/", count: 20) + "file"
        var tar = TarBuilder()
        let record = " path=\(long)\n"
        tar.add("PaxHeader", type: "x", content: "\(record.utf8.count + 3)\(record)")
        tar.add("short", content: "a")
        tar.add("././@LongLink", type: "L", content: long + "2\u{0}")
        tar.add("short", content: "b")
        tar.add("global", type: "g", content: "19 comment=abcdefg\n")
        tar.add("plain", content: "c")
        #expect(try Self.read(tar.whole) == ["\(long) file 1", "= a", "\(long)2 file 1", "= b", "plain file 1", "= c"])
    }

    @Test("what leads out, is no plain member, or is not whole is refused")
    func refused() {
        func one(_ name: String, type: Character = "0", link: String = "", size: Int? = nil) -> String {
            var tar = TarBuilder()
            tar.add(name, type: type, link: link, size: size)
            return Self.why(tar.whole)
        }
        #expect(one("/etc/passwd").contains("absolute"))
        #expect(one("a/../../b").contains("leads out"))
        #expect(one("a\u{1b}b").contains("control character"))
        #expect(one("a", type: "1", link: "b").contains("hard link"))
        for type in ["3", "4", "6", "S"] { #expect(one("a", type: Character(type)).contains("neither a file")) }
        for link in ["/etc", "..", "../x", "b/../../c", "b/../c", ""] {
            #expect(one("a", type: "2", link: link).contains("leads out"), "\(link)")
        }
        #expect(one("a", size: 5000).contains("cut off"))
        #expect(Self.why(TarWriter.end).contains("empty"))
        #expect(Self.why([]).contains("cut off"))
        var tar = TarBuilder()
        tar.add("a", content: "text")
        #expect(Self.why(tar.bytes).contains("cut off"))
        #expect(Self.why(tar.whole + [1]).contains("follows its end"))
        var changed = tar.whole
        changed[0] ^= 1
        #expect(Self.why(changed).contains("checksum"))
        var pax = TarBuilder()
        pax.add("PaxHeader", type: "x", content: "9999 path=x\n")
        #expect(Self.why(pax.whole).contains("malformed"))
    }

    @Test("any bytes are refused or read, and nothing read leads out")
    func anyBytes() throws {
        var tar = TarBuilder()
        tar.add("bin/x", content: "12345", mode: 0o755)
        tar.add("l", type: "2", link: "bin/x")
        var random = SplitMix64(seed: 6)
        for _ in 0..<2000 {
            var bytes = tar.whole
            for _ in 0...random.next() % 3 { bytes[Int(random.next() % 1600)] = UInt8(truncatingIfNeeded: random.next()) }
            do {
                for line in try Self.read(bytes) where !line.hasPrefix("=") { #expect(!line.hasPrefix("/") && !line.contains("..")) }
            } catch let error as HoldfastError { #expect(error.code == .archiveInvalid) }
        }
    }

    @Test("what we write is read back, also above eight gibibytes")
    func writing() throws {
        let content = Array("hello".utf8)
        let bytes = TarWriter.header("a/b", size: 5, time: 1, isExecutable: true) + content + TarWriter.padding(after: 5) + TarWriter.end
        #expect(try Self.read(bytes) == ["a/b file 5 x", "= hello"])
        var reader = TarReader()
        var size: Int64?
        try TarWriter.header("big", size: 9 << 30, time: 1).withUnsafeBytes { bytes in
            try reader.read(bytes) { if case .member(let member) = $0 { size = member.size } }
        }
        #expect(size == 9 << 30)
    }
}
