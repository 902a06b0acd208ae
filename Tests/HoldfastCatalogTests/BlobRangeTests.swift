import HoldfastCore
import Testing

@testable import HoldfastCatalog

@Suite struct BlobRangeTests {
    @Test(
        arguments: [
            ("bytes=0-0", 0..<1), ("bytes=5-", 5..<100), ("bytes=-10", 90..<100), ("bytes=90-1000", 90..<100), ("bytes=-1000", 0..<100),
        ] as [(String, Range<Int64>)])
    func `One range of bytes is understood`(text: String, range: Range<Int64>) throws {
        #expect(try BlobHandler.range(text, size: 100) == range)
    }

    @Test(arguments: ["bytes=1-2,4-5", "lines=1-2", "bytes=a-b", "bytes=5-1", "bytes=", "bytes=-", "bytes=1-2-3"])
    func `What is no single range is answered with the whole`(text: String) throws {
        #expect(try BlobHandler.range(text, size: 100) == nil)
    }

    @Test(arguments: ["bytes=100-", "bytes=-0", "bytes=500-600"])
    func `What lies outside is refused`(text: String) { #expect(throws: HoldfastError.self) { try BlobHandler.range(text, size: 100) } }
}
