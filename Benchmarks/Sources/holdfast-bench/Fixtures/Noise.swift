/// Bytes that do not compress, the same for the same seed (xorshift64*).
struct Noise {
    private var state: UInt64

    init(seed: UInt64) { state = seed | 1 << 63 }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    /// - Parameter count: a multiple of 8.
    mutating func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let memory = UnsafeMutableRawBufferPointer(buffer)
            for offset in stride(from: 0, to: count, by: 8) { memory.storeBytes(of: next(), toByteOffset: offset, as: UInt64.self) }
            filled = count
        }
    }
}
