import HoldfastCore
import Synchronization
import Testing

/// Files nobody wrote: each is read or refused with `model_invalid`, and nothing traps.
@Suite struct GGUFHostileTests {
    @Test func `a file cut off anywhere is refused`() {
        let bytes = GGUFImage.base().bytes
        for count in 0..<bytes.count {
            #expect(outcome(Array(bytes.prefix(count))) == .refused, "cut to \(count) of \(bytes.count) bytes")
        }
        #expect(outcome(bytes) == .read)
    }

    @Test func `random changes are read or refused`() {
        var random = GGUFTestRandom(state: 0x484F_4C44)
        let base = GGUFImage.base().bytes
        let interesting: [UInt64] = [0, 1, 0x7F, 0x80, 0xFF, 1 << 31, 1 << 32, 1 << 62, 1 << 63, .max, .max - 31]
        var tally: [Outcome: Int] = [:]
        for _ in 0..<20_000 {
            var bytes = base
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[place] = .random(in: 0...255, using: &random)
                case 2: bytes.removeSubrange(place..<min(place + Int.random(in: 1...9, using: &random), bytes.count))
                default:
                    let value = interesting.randomElement(using: &random) ?? 0
                    for index in 0..<min(8, bytes.count - place) {
                        bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
                    }
                }
            }
            tally[outcome(bytes), default: 0] += 1
        }
        // Both happen, or the test would not reach what it is for.
        #expect(tally[.read, default: 0] > 1000)
        #expect(tally[.refused, default: 0] > 1000)
        #expect(tally[.other] == nil)
    }

    @Test func `random bytes behind a valid start are read or refused`() {
        var random = GGUFTestRandom(state: 7)
        for _ in 0..<20_000 {
            var bytes = Array("GGUF".utf8) + [3, 0, 0, 0, .random(in: 0...3, using: &random), 0, 0, 0, 0, 0, 0, 0]
            bytes += [.random(in: 0...3, using: &random), 0, 0, 0, 0, 0, 0, 0]
            // Mostly small numbers, so that lengths and types often make sense.
            for _ in 0..<Int.random(in: 0...200, using: &random) {
                bytes.append(Bool.random(using: &random) ? 0 : .random(in: 0...(Bool.random(using: &random) ? 12 : 255), using: &random))
            }
            #expect(outcome(bytes) != .other)
        }
    }

    @Test(arguments: [8, 16])
    func `a small file with a huge count is refused after one small read`(place: Int) {
        for count in [1 << 16, 1 << 32, 1 << 60, UInt64.max] {
            var image = GGUFImage.base()
            image.put(count, at: place)
            let source = CountingSource(bytes: Array(image.bytes.prefix(100)))
            #expect(throws: HoldfastError.self) { try GGUFReader.read(source) }
            #expect(source.asked.withLock { $0 } == 100)
        }
    }

    @Test func `a chain of nested arrays ends at the limit`() {
        // 100,000 arrays, each the only element of the one before.
        var raw: [UInt8] = []
        for _ in 0..<100_000 { raw += [9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0] }
        expectRefusal(GGUFImage.base(adding: [("deep", .raw(type: 9, raw))]).bytes, "deep has arrays inside arrays more than 3 deep")
    }

    enum Outcome { case read, refused, other }

    private func outcome(_ bytes: [UInt8]) -> Outcome {
        do {
            _ = try ModelDescription.describe(MemorySource(bytes))
            return .read
        } catch let error as HoldfastError where error.code == .modelInvalid && error.message.contains(" at byte ") {
            return .refused
        } catch {
            Issue.record(error)
            return .other
        }
    }
}

/// Counts the bytes asked for.
private final class CountingSource: RandomAccessBytes {
    let bytes: [UInt8]
    let asked = Mutex(0)
    var size: UInt64 { UInt64(bytes.count) }

    init(bytes: [UInt8]) { self.bytes = bytes }

    func read(at offset: UInt64, count: Int) -> [UInt8] {
        asked.withLock { $0 += count }
        return MemorySource(bytes).read(at: offset, count: count)
    }
}
