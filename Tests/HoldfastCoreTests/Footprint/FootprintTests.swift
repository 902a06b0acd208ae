import HoldfastCore
import HoldfastTestSupport
import Testing

/// The arithmetic against llama-server and llama-quantize themselves (2026-11-24, llama.cpp 0c1e57098; docs/benchmarks.md has the table).
@Suite struct FootprintTests {
    enum Known { case smol, gemma }

    private func shape(_ model: Known) throws -> MemoryShape {
        let path = try model == .smol ? Installed.smolLM() : Installed.gemma()
        return MemoryShape(try GGUFReader.read(MappedFile(path: path)))
    }

    private func run(_ context: Int, slots: Int, batch: Int = 128, flash: Bool = true) -> EngineShape {
        EngineShape(contextLength: context, slots: slots, microBatchSize: batch, flashAttention: flash)
    }

    private static let mebibyte: Int64 = 1 << 20

    @Test(
        "The cache is what llama-server allocates, to the byte; also with a sliding window",
        arguments: [
            (Known.smol, 4096, 4, 128, 360 * mebibyte), (.smol, 2048, 4, 128, 180 * mebibyte), (.smol, 512, 1, 128, 45 * mebibyte / 4),
            (.gemma, 2048, 4, 128, 69 * mebibyte), (.gemma, 4096, 4, 128, 93 * mebibyte), (.gemma, 4096, 1, 512, 27 * mebibyte),
        ])
    func cache(model: Known, context: Int, slots: Int, batch: Int, bytes: Int64) throws {
        #expect(MemoryFootprint(try shape(model), run: run(context, slots: slots, batch: batch)).cacheBytes == bytes)
    }

    @Test("Keys and values in 8 bits take what llama-server was seen to take with them: 323.4 MiB instead of 491.9")
    func eightBits() throws {
        var run = run(4096, slots: 4)
        run.cacheType = .q8
        let footprint = MemoryFootprint(try shape(.smol), run: run)
        #expect(footprint.cacheBytes == 360 * Self.mebibyte * 17 / 32)
        #expect((0.97...1.07).contains(Double(footprint.totalBytes) / (323.4 * 1_048_576)), "\(footprint)")
    }

    /// Measured VmHWM in KiB, after a prompt of 1,000 tokens.
    @Test(
        "The total is within seven in a hundred of what llama-server was seen to take, and compute within a mebibyte or two",
        arguments: [
            (Known.smol, 4096, 4, 128, true, Int64(503_400), 4.38), (.smol, 2048, 4, 128, false, 321_964, 11.6),
            (.smol, 2048, 1, 512, true, 191_132, 15.51),
            (.smol, 4096, 1, 128, false, 229_532, 21.6), (.smol, 512, 1, 128, true, 140_016, 3.5),
            (.gemma, 2048, 4, 128, true, 399_620, 5.13),
            (.gemma, 4096, 4, 128, true, 424_876, 5.63), (.gemma, 4096, 1, 512, true, 368_868, 22.77),
        ])
    func total(model: Known, context: Int, slots: Int, batch: Int, flash: Bool, kibibytes: Int64, compute: Double) throws {
        let footprint = MemoryFootprint(try shape(model), run: run(context, slots: slots, batch: batch, flash: flash))
        let ratio = Double(footprint.totalBytes) / Double(kibibytes * 1024)
        #expect((0.97...1.07).contains(ratio), "\(ratio): \(footprint)")
        #expect(abs(Double(footprint.computeBytes) / 1_048_576 - compute) < 2, "\(footprint.computeBytes)")
    }

    @Test(
        "Other quantizations are as large as llama-quantize makes them",
        arguments: [
            (Known.smol, Quantization.f16, Int64(270_885_952)), (.smol, .q8, 144_811_072), (.smol, .q5, 111_633_472),
            (.smol, .q4, 91_726_912),
            (.gemma, .q8, 291_543_744), (.gemma, .q4, 241_408_704),
        ])
    func quantized(model: Known, quantization: Quantization, bytes: Int64) throws {
        let footprint = MemoryFootprint(try shape(model), run: run(4096, slots: 4), as: quantization)
        // The header of a new file has a line or two more or less.
        #expect(abs(footprint.weightsBytes - bytes) < 16_384, "\(footprint.weightsBytes) \(bytes)")
    }

    @Test("What is repacked is counted twice, as measured: Q4_0 of SmolLM2 has 58 MB more than Q4_1")
    func repacked() throws {
        let shape = try shape(.smol)
        #expect(MemoryFootprint(shape, run: run(4096, slots: 4)).repackedBytes == 0)
        let bytes = MemoryFootprint(shape, run: run(4096, slots: 4), as: .q4).repackedBytes
        #expect((57_000_000...62_000_000).contains(bytes), "\(bytes)")
    }

    @Test("What was measured corrects the arithmetic: up at once, down no further than a batch would be")
    func corrected() {
        var footprint = MemoryFootprint(weightsBytes: 600, repackedBytes: 0, cacheBytes: 200, computeBytes: 100, overheadBytes: 100)
        #expect(footprint.corrected(byPeak: nil) == 1000)
        #expect(footprint.corrected(byPeak: 1200) == 1200)
        #expect(footprint.corrected(byPeak: 700) == 800)
        #expect(footprint.corrected(byPeak: 950) == 1000)
        footprint.weightsBytes = .max
        #expect(footprint.totalBytes == .max && footprint.corrected(byPeak: 5) == 105)
    }

    @Test("Absurd numbers in a file are a model that does not fit, and no overflow")
    func absurd() throws {
        let huge = GGUFImage.Value.u32(0x7FFF_FFFF)
        let image = GGUFImage.base(
            replacing: "llama.attention.head_count", with: huge,
            adding: [
                ("llama.block_count", .u32(400)), ("llama.attention.key_length", huge), ("llama.attention.value_length", huge),
                ("llama.feed_forward_length", .u32(0xFFFF_FFFF)),
            ])
        let shape = MemoryShape(try GGUFReader.read(MemorySource(image.bytes)))
        let footprint = MemoryFootprint(shape, run: run(4_194_304, slots: 64))
        #expect(footprint.totalBytes == .max)
    }
}
