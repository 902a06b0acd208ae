import HoldfastCrypto
import Testing

@Suite("Random bytes and comparison")
struct SecureRandomTests {
    @Test("gives as many bytes as asked for", arguments: [0, 1, 32, 4096])
    func count(count: Int) throws {
        #expect(try SecureRandom.bytes(count).count == count)
    }

    @Test("gives others each time, and not zeros")
    func fresh() throws {
        let drawn = try Set((0..<64).map { _ in try SecureRandom.bytes(16) })
        #expect(drawn.count == 64)
        #expect(!drawn.contains([UInt8](repeating: 0, count: 16)))
    }

    @Test("refuses a count that cannot be")
    func negative() {
        #expect(throws: CryptoError.self) { try SecureRandom.bytes(-1) }
    }

    @Test(
        "equal means equal in every byte and in length",
        arguments: [
            ([], [], true), ([1], [1], true), ([1, 2, 3], [1, 2, 3], true), ([1, 2, 3], [1, 2, 4], false), ([1, 2, 3], [0, 2, 3], false),
            ([1, 2], [1, 2, 3], false), ([], [0], false),
        ] as [([UInt8], [UInt8], Bool)])
    func constantTime(first: [UInt8], second: [UInt8], isEqual: Bool) {
        #expect(ConstantTime.equal(first, second) == isEqual)
    }
}
