import HoldfastCore
import Testing

@Suite("Entry bundles")
struct EntryBundleTests {
    static let entries: [[UInt8]] = [[], [1], [UInt8](repeating: 2, count: 255), [UInt8](repeating: 3, count: 65_535)]

    @Test("have each record behind its length, high byte first")
    func layout() throws {
        #expect(try EntryBundle.encode([[9, 8], [], [7]]) == [0, 2, 9, 8, 0, 0, 0, 1, 7])
        #expect(try EntryBundle.encode([[UInt8](repeating: 1, count: 258)]).prefix(3) == [1, 2, 1])
    }

    @Test("come back as they were")
    func roundTrip() throws {
        let full = (0..<256).map { [UInt8](repeating: UInt8($0), count: $0) }
        for entries in [[], Self.entries, full] {
            #expect(try EntryBundle.decode(EntryBundle.encode(entries), count: entries.count) == entries)
        }
    }

    @Test("are refused when cut off anywhere, or with another number of records")
    func malformed() throws {
        let bytes = try EntryBundle.encode([[1, 2, 3], [4]])
        for length in bytes.indices {
            #expect(throws: HoldfastError.self, "\(length)") { try EntryBundle.decode(bytes[..<length], count: 2) }
        }
        for count in [0, 1, 3] { #expect(throws: HoldfastError.self) { try EntryBundle.decode(bytes, count: count) } }
        #expect(throws: HoldfastError.self) { try EntryBundle.decode(bytes + [0], count: 2) }
    }

    @Test("do not take a record or a number of records that is too large")
    func limits() {
        #expect(throws: HoldfastError.self) { try EntryBundle.encode([[UInt8](repeating: 0, count: 65_536)]) }
        #expect(throws: HoldfastError.self) { try EntryBundle.encode([[UInt8]](repeating: [], count: 257)) }
    }
}
