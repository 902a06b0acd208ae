import HoldfastAPI
import HoldfastCore
import Testing

@testable import HoldfastCommands

struct ModelTextTests {
    private func model() throws -> ModelInfo {
        var description = ModelDescription(
            format: "gguf", architecture: "llama", name: "Smol\u{1b}[31mLM2", parameters: 134_515_008, quantization: "Q4_1",
            tensorTypes: ["Q4_1": .init(count: 210, bytes: 80 << 20), "F32": .init(count: 61, bytes: 1 << 20)], sizeBytes: 90 << 20)
        description.contextLength = 8192
        description.hasChatTemplate = true
        let model = Model(
            name: try ModelName(parsing: "smollm2:135m"), names: try [ModelName(parsing: "smollm2:135m"), ModelName(parsing: "chat")],
            digest: try SHA256Digest(parsing: String(repeating: "ab", count: 32)), size: 90 << 20, state: .ready, description: description,
            addedAt: 0, verifiedAt: 0)
        return ModelInfo(model, names: model.names, loaded: true)
    }

    @Test func aListHasALineForEachName() throws {
        let lines = ModelText.list([try model()], style: .plain).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("NAME                CLASS  PARAMETERS  QUANTIZATION      SIZE  STATE          DIGEST"))
        #expect(lines[1].hasPrefix("smollm2:135m        micro     134.5 M  Q4_1          90.0 MiB  ready, loaded  abababababab"))
        #expect(lines[2] == "  also chat:latest")
    }

    @Test func addingAKnownFileUnderAnotherNameSaysSo() throws {
        let body = ModelAddedBody(model: try model(), created: true)
        #expect(ModelText.added(body, as: "chat:latest").hasPrefix("chat:latest is another name of smollm2:135m, "))
        #expect(ModelText.added(body, as: "smollm2:135m").hasPrefix("smollm2:135m is another name of chat:latest, "))
    }

    @Test func anEmptyListSaysWhatToDo() {
        #expect(ModelText.list([], style: .plain) == "No models. Add one: holdfast model add FILE --name NAME\n")
    }

    @Test func everyKnownFactIsShown() throws {
        let text = ModelText.show(try model(), style: .plain)
        #expect(text.contains("title          SmolLM2\n"))
        #expect(text.contains("also           chat:latest\n"))
        #expect(text.contains("parameters     134.5 M (class micro)\n"))
        #expect(text.contains("quantization   Q4_1 (Q4_1 80.0 MiB, F32 1.0 MiB)\n"))
        #expect(text.contains("context        8192 tokens\n"))
        #expect(!text.contains("tokenizer"))
    }

    @Test(arguments: [
        (LoadBody.Status.loaded, "a is loaded."), (.alreadyLoaded, "a was loaded already."), (.unloaded, "a is unloaded."),
        (.notLoaded, "a was not loaded."),
    ])
    func loading(status: LoadBody.Status, sentence: String) { #expect(ModelText.sentence(LoadBody(name: "a", status: status)) == sentence) }

    @Test func removingAndPruning() throws {
        let digest = try SHA256Digest(parsing: String(repeating: "ab", count: 32))
        #expect(
            ModelRemove.sentence(ModelRemovedBody(name: "a", digest: digest, fileDeleted: true, freedBytes: 1024))
                == "Removed a and its file; 1.0 KiB are free again.")
        #expect(
            ModelRemove.sentence(ModelRemovedBody(name: "a", digest: digest, fileDeleted: false, freedBytes: 0))
                == "Removed the name a; the model has other names and stays.")
        #expect(ModelPrune.sentence(PrunedBody(files: 0, bytes: 0)) == "There was nothing to delete.")
        #expect(ModelPrune.sentence(PrunedBody(files: 2, bytes: 2048)) == "Deleted 2 files; 2.0 KiB are free again.")
    }
}
