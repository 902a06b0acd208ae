import HoldfastCore
import Testing

@Suite struct GGUFReaderTests {
    @Test(arguments: [2, 3] as [UInt32])
    func `a valid file of version 2 or 3 is read`(version: UInt32) throws {
        let image = GGUFImage.base(version: version)
        let header = try GGUFReader.read(MemorySource(image.bytes))
        #expect(header.version == version)
        #expect(header.alignment == 32)
        #expect(header.dataOffset == UInt64(image["data"]))
        #expect(header.fileSize == UInt64(image.bytes.count))
        #expect(header.string("general.architecture") == "llama")
        #expect(header.integer("llama.embedding_length") == 64)
        #expect(header.integer("llama.attention.head_count") == 9)
        #expect(header.integer("tokenizer.ggml.eos_token_id") == 2)
        #expect(header.metadata["llama.rope.freq_base"]?.value == .float(10_000))
        #expect(header.metadata["tokenizer.ggml.add_bos_token"]?.value == .bool(true))
        #expect(header.metadata["general.name"]?.offset == UInt64(image["general.name"]))
        #expect(header.strings("general.languages") == ["en", "de"])
        #expect(header.tensors.map(\.name) == ["embd", "norm"])
        let first = try #require(header.tensors.first)
        #expect(first.dimensions == [64, 3])
        #expect(first.type.name == "Q4_1")
        #expect(first.elementCount == 192)
        #expect(first.byteCount == 120)
        #expect(header.tensors.last?.offset == 128)
        #expect(header.tensors.last?.byteCount == 256)
    }

    @Test func `tokens are counted and not kept`() throws {
        let header = try GGUFReader.read(MemorySource(GGUFImage.base().bytes))
        guard case .array(let tokens) = header.metadata["tokenizer.ggml.tokens"]?.value else {
            Issue.record("no array")
            return
        }
        #expect(tokens.count == 3)
        #expect(tokens.elementType == .string)
        #expect(tokens.elements == nil)
    }

    @Test func `only arrays up to the limit are kept`() throws {
        let numbers = { (count: Int) in GGUFImage.Value.list(of: 0, (0..<count).map { .u8(UInt8(truncatingIfNeeded: $0)) }) }
        let texts = { (count: Int) in GGUFImage.Value.list(of: 8, (0..<count).map { .text("\($0)") }) }
        let image = GGUFImage.base(adding: [("a", numbers(512)), ("b", numbers(513)), ("c", texts(64)), ("d", texts(65))])
        let header = try GGUFReader.read(MemorySource(image.bytes))
        let kept = ["a", "b", "c", "d"].map { key -> Bool? in
            guard case .array(let array) = header.metadata[key]?.value else { return nil }
            return array.elements != nil
        }
        #expect(kept == [true, false, true, false])
        #expect(header.count("b") == 513)
        #expect(header.count("d") == 65)
    }

    @Test func `arrays inside arrays are walked to the limit`() throws {
        func nested(_ depth: Int) -> GGUFImage.Value { .list(of: depth == 1 ? 0 : 9, [depth == 1 ? .u8(7) : nested(depth - 1)]) }
        let header = try GGUFReader.read(MemorySource(GGUFImage.base(adding: [("a", nested(3)), ("b", .u8(9))]).bytes))
        #expect(header.count("a") == 1)
        #expect(header.integer("b") == 9)
        expectRefusal(GGUFImage.base(adding: [("a", nested(4))]).bytes, "a has arrays inside arrays more than 3 deep")
    }

    @Test(arguments: [1, 2, 3, 5, 7, 8, 16, 31, 64, 333])
    func `where a window ends makes no difference`(windowBytes: Int) throws {
        let source = MemorySource(GGUFImage.base().bytes)
        var limits = GGUFLimits.default
        limits.windowBytes = windowBytes
        #expect(try GGUFReader.read(source, limits: limits) == GGUFReader.read(source))
    }

    @Test func `another alignment moves the data`() throws {
        let image = GGUFImage(
            alignment: 256, metadata: [("general.alignment", .u32(256))],
            tensors: [
                .init(name: "a", dimensions: [3], type: 0, offset: 0, bytes: 12),
                .init(name: "b", dimensions: [], type: 30, offset: 256, bytes: 2),
            ])
        let header = try GGUFReader.read(MemorySource(image.bytes))
        #expect(header.alignment == 256)
        #expect(header.dataOffset == 256)
        #expect(header.tensors.last?.elementCount == 1)
        #expect(header.tensors.last?.byteCount == 2)
    }

    @Test func `tensors may stand in another order than their data`() throws {
        var tensors = GGUFImage.baseTensors
        tensors.reverse()
        let header = try GGUFReader.read(MemorySource(GGUFImage.base(tensors: tensors).bytes + [UInt8](repeating: 0, count: 64)))
        #expect(header.tensors.map(\.name) == ["norm", "embd"])
    }

    @Test func `an error of the source is handed on`() {
        struct Broken: RandomAccessBytes {
            let size: UInt64 = 1000
            func read(at offset: UInt64, count: Int) throws -> [UInt8] { throw HoldfastError(.fileUnreadable, "no") }
        }
        let error = #expect(throws: HoldfastError.self) { try GGUFReader.read(Broken()) }
        #expect(error?.code == .fileUnreadable)
    }

    @Test func `a file that shrinks while it is read is refused`() {
        let bytes = GGUFImage.base().bytes
        expectRefusal(MemorySource(Array(bytes.prefix(100)), claimedSize: UInt64(bytes.count)), "magic could not be read")
    }
}

/// Expects `model_invalid` with a byte offset and `text` in its message.
func expectRefusal(
    _ bytes: [UInt8], limits: GGUFLimits = .default, _ text: String, at sourceLocation: Testing.SourceLocation = #_sourceLocation
) {
    expectRefusal(MemorySource(bytes), limits: limits, text, at: sourceLocation)
}

func expectRefusal(
    _ source: MemorySource, limits: GGUFLimits = .default, _ text: String, at sourceLocation: Testing.SourceLocation = #_sourceLocation
) {
    do {
        _ = try ModelDescription.describe(source, limits: limits)
        Issue.record("it was read; expected: \(text)", sourceLocation: sourceLocation)
    } catch let error as HoldfastError {
        #expect(error.code == .modelInvalid, sourceLocation: sourceLocation)
        #expect(error.message.contains(text), sourceLocation: sourceLocation)
        #expect(error.message.contains(#/ at byte \d+: /#), sourceLocation: sourceLocation)
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
}
