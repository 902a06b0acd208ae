import Glibc
import HoldfastCore
import HoldfastCrypto
import HoldfastTestSupport
import Testing

@Suite struct ChunkPlanTests {
    @Test
    func `A file is cut at each tensor, and what fills up to the next belongs to the one before`() throws {
        let image = GGUFImage.base()
        let source = MemorySource(image.bytes)
        let plan = ChunkPlan(try GGUFReader.read(source))
        #expect(plan.sizes == [Int64(image["data"]), 128, 256])
        let (digest, chunks) = try plan.digest(source)
        #expect(digest.bytes == SHA256.hash(image.bytes))
        #expect(chunks.map(\.size) == plan.sizes)
        #expect(chunks[2].digest.bytes == SHA256.hash(image.bytes.suffix(256)))
    }

    @Test
    func `Within a tensor it is cut every four MiB`() throws {
        let rows: UInt64 = 5 << 16
        let tensors = [
            GGUFImage.Tensor(name: "norm", dimensions: [64], type: 0, offset: 0, bytes: 256),
            GGUFImage.Tensor(name: "big", dimensions: [32, rows], type: 8, offset: 256, bytes: Int(rows * 34)),
        ]
        let image = GGUFImage.base(tensors: tensors)
        let plan = ChunkPlan(try GGUFReader.read(MemorySource(image.bytes)))
        #expect(plan.sizes == [Int64(image["data"]), 256, 4 << 20, 4 << 20, Int64(rows * 34) - (8 << 20)])
        #expect(ChunkPlan(size: 9 << 20).sizes == [4 << 20, 4 << 20, 1 << 20])
    }

    @Test
    func `A chunk that is known or comes twice is not fetched`() throws {
        let (first, second) = (SHA256Digest(bytes: SHA256.hash([1]))!, SHA256Digest(bytes: SHA256.hash([2]))!)
        let chunks = [first, second, second].map { Manifest.Chunk(digest: $0, size: 10) }
        #expect(ChunkPlan.saving(of: chunks, knowing: []) == (10, 30))
        #expect(ChunkPlan.saving(of: chunks, knowing: [Manifest.Chunk(digest: first, size: 10)]) == (20, 30))
    }

    /// docs/catalog.md has this figure.
    @Test
    func `A fine-tune that changes a few tensors costs those tensors`() throws {
        let file = try MappedFile(path: Installed.smolLM())
        let header = try GGUFReader.read(file)
        let changed = header.tensors.filter { $0.name.hasPrefix("blk.29.ffn_") && $0.name.hasSuffix(".weight") }
        #expect(changed.count == 4)
        let tuned = PatchedFile(file, at: changed.map { header.dataOffset + $0.offset + 8 })
        let plan = ChunkPlan(header)
        let base = try plan.digest(file)
        let fine = try plan.digest(tuned)
        #expect(base.file != fine.file)
        let (saved, total) = ChunkPlan.saving(of: fine.chunks, knowing: base.chunks)
        #expect(total == Int64(file.size))
        #expect(total - saved == changed.reduce(0) { $0 + Int64($1.byteCount) })
        print("fine-tune of 4 tensors: \(total - saved) of \(total) bytes are fetched; \(base.chunks.count) chunks")
    }

    /// docs/catalog.md has this figure. Two quantizations made of one source by llama.cpp's own tool, from pseudo-random weights.
    @Test
    func `Two quantizations of one model have in common what was not quantized, or alike`() async throws {
        let folder = try TemporaryFolder.make()
        defer { unlink("\(folder)/Q4_K_S.gguf"); unlink("\(folder)/Q4_K_M.gguf"); rmdir(folder) }
        // `scripts/setup --package` makes the portable one, which every run of all tests has; `--native` is a person's choice.
        let tool = try Installed.compiled("llama-quantize")
        for kind in ["Q4_K_S", "Q4_K_M"] {
            let answer = try await TestProcess.run(tool, ["--allow-requantize", Installed.smolLM(), "\(folder)/\(kind).gguf", kind, "1"])
            #expect(answer.status == 0, "\(answer.errors.suffix(300))")
        }
        let plans = try ["Q4_K_S", "Q4_K_M"].map { kind in
            try Manifest.Variant.describe(MappedFile(path: "\(folder)/\(kind).gguf"), device: "cpu").variant
        }
        #expect(plans[0].digest != plans[1].digest)
        let (saved, total) = ChunkPlan.saving(of: plans[1].chunks, knowing: plans[0].chunks)
        print("Q4_K_M where Q4_K_S is present: \(saved) of \(total) bytes need not be fetched")
        #expect(saved * 4 > total)
    }
}

/// A file with some bytes of it changed.
struct PatchedFile: RandomAccessBytes {
    let file: MappedFile
    let places: [UInt64]
    var size: UInt64 { file.size }

    init(_ file: MappedFile, at places: [UInt64]) {
        self.file = file
        self.places = places
    }

    func read(at offset: UInt64, count: Int) -> [UInt8] {
        var bytes = file.read(at: offset, count: count)
        for place in places where place >= offset && place < offset + UInt64(bytes.count) { bytes[Int(place - offset)] ^= 1 }
        return bytes
    }
}
