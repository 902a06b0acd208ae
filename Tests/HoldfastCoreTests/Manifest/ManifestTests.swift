import HoldfastCore
import HoldfastTestSupport
import Testing

@Suite struct ManifestTests {
    @Test
    func `What is written is read as it was`() throws {
        let manifest = try ManifestSamples.full()
        #expect(try Manifest(parsing: manifest.serialized()) == manifest)
        var sparse = Manifest(
            name: "tiny", version: "1", releaseCounter: 1, task: "completion", licence: Manifest.Licence(text: ""),
            variants: manifest.variants)
        #expect(try Manifest(parsing: sparse.serialized()) == sparse)
        sparse.kind = .engine
        sparse.task = "engine"
        #expect(try Manifest(parsing: sparse.serialized()) == sparse)
        #expect(manifest.targetPath == "models/acme/router/1.4.0.json")
        #expect(sparse.targetPath == "engines/tiny/1.json")
    }

    @Test
    func `What a newer catalog says besides is passed over`() throws {
        let text = String(decoding: try ManifestSamples.full().serialized(), as: UTF8.self)
        let more = text.replacing("\"schema\":1", with: "\"schema\":1,\"mood\":{\"good\":true}")
        #expect(try Manifest(parsing: more.utf8) == ManifestSamples.full())
    }

    @Test(arguments: ManifestSamples.spoilt.indices)
    func `What is wrong is refused, and the member is named`(index: Int) throws {
        let sample = ManifestSamples.spoilt[index]
        let text = String(decoding: try ManifestSamples.full().serialized(), as: UTF8.self)
        let spoilt = text.replacing(sample.from, with: sample.to, maxReplacements: 1)
        #expect(spoilt != text)
        let error = try #require(throws: HoldfastError.self) { try Manifest(parsing: spoilt.utf8) }
        #expect(error.code == .manifestInvalid)
        #expect(error.field == sample.field, "\(error.message)")
    }

    @Test(arguments: ["", "[]", "{", "{\"schema\":1,\"schema\":1}", "null"])
    func `What is no manifest at all is refused`(text: String) {
        #expect(throws: HoldfastError.self) { try Manifest(parsing: text.utf8) }
    }

    /// An implementation that is not ours reads the schema in the repository.
    @Test
    func `The JSON Schema takes and refuses the same`() async throws {
        let text = String(decoding: try ManifestSamples.full().serialized(), as: UTF8.self)
        var lines = ["good \(text)"]
        for sample in ManifestSamples.spoilt where sample.schemaSays {
            lines.append("bad \(text.replacing(sample.from, with: sample.to, maxReplacements: 1))")
        }
        let program = """
            import json, sys, jsonschema
            schema = json.load(open(sys.argv[1]))
            jsonschema.Draft202012Validator.check_schema(schema)
            validator = jsonschema.Draft202012Validator(schema)
            for line in sys.stdin:
                kind, text = line.split(" ", 1)
                found = [error.message for error in validator.iter_errors(json.loads(text))]
                assert bool(found) == (kind == "bad"), (kind, found, text[:300])
                print(kind)
            """
        let answer = try await TestProcess.run(
            Installed.python(), ["-IBc", program, SourceTree.root + "/docs/schema/manifest.schema.json"],
            input: Array((lines.joined(separator: "\n") + "\n").utf8))
        #expect(answer.status == 0, "\(answer.errors)")
        #expect(answer.output.split(separator: "\n").count == lines.count)
    }
}
