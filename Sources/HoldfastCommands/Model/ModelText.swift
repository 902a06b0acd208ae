import HoldfastAPI
import HoldfastCore

/// Models in words.
enum ModelText {
    /// - Parameter name: the one that was asked for.
    static func added(_ body: ModelAddedBody, as name: String) -> String {
        let model = body.model
        guard body.created else { return "\(name) was there already, with the same file (\(model.digest))." }
        if let other = ([model.name] + model.names).first(where: { $0 != name }) {
            return "\(name) is another name of \(other), which has the same file (\(model.digest))."
        }
        return """
            Added \(model.name): \(summary(model.description)), \(Human.bytes(model.size)).
            \(model.digest)
            """
    }

    /// `llama, 134.5 M parameters, Q4_1`.
    static func summary(_ description: ModelDescription) -> String {
        TerminalText.clean(
            "\(description.architecture), \(Human.parameters(description.parameters)) parameters, \(description.quantization)")
    }

    static func list(_ models: [ModelInfo], style: Style) -> String {
        var table = Table([
            ("NAME", .left), ("CLASS", .left), ("PARAMETERS", .right), ("QUANTIZATION", .left), ("SIZE", .right), ("STATE", .left),
            ("DIGEST", .left), ("ADDED", .left),
        ])
        for model in models {
            table.add([
                model.name, model.description.modelClass.rawValue, Human.parameters(model.description.parameters),
                model.description.quantization, Human.bytes(model.size), state(model), model.digest.short, LocalTime.text(model.addedAt),
            ])
            for alias in model.names where alias != model.name {
                table.add(["  also \(alias)", "", "", "", "", "", "", ""])
            }
        }
        return table.isEmpty ? "No models. Add one: holdfast model add FILE --name NAME\n" : table.text(style: style)
    }

    static func show(_ model: ModelInfo, style: Style) -> String {
        let description = model.description
        var facts = FactList()
        facts.add("name", model.name)
        facts.add("also", model.names.filter { $0 != model.name }.joined(separator: ", "))
        facts.add("state", state(model))
        facts.add("failure", model.failure.map { "\($0) (holdfast model load \(model.name) tries again)" })
        facts.add("tuned", model.tuning.map { TuneText.fact($0, of: TerminalText.clean(model.name)) })
        facts.add("digest", model.digest.description)
        facts.add("size", Human.bytes(model.size))
        facts.add("added", LocalTime.text(model.addedAt))
        facts.add("verified", LocalTime.text(model.verifiedAt))
        facts.add("title", description.name)
        facts.add("architecture", description.architecture)
        facts.add("parameters", "\(Human.parameters(description.parameters)) (class \(description.modelClass.rawValue))")
        facts.add("quantization", quantization(description))
        facts.add("context", description.contextLength.map { Human.count($0, "token") })
        facts.add("layers", description.blockCount.map { "\($0)" })
        facts.add("tokenizer", description.tokenizer.map { tokenizer($0) })
        facts.add("chat template", description.hasChatTemplate ? "yes" : "no")
        for (number, prompt) in (model.pinnedPrompts ?? []).enumerated() {
            let kept = prompt.tokens.map { Human.count($0, "token") + " kept" } ?? "not computed"
            facts.add(number == 0 ? "pinned" : "", "\(prompt.id): \(prompt.kind.rawValue), \(Human.bytes(Int64(prompt.bytes))), \(kept)")
        }
        facts.add("languages", description.languages?.joined(separator: ", "))
        facts.add("licence", description.licence.flatMap { $0.name ?? $0.id ?? $0.link })
        return facts.text(style: style)
    }

    private static func state(_ model: ModelInfo) -> String {
        var words = [model.state.rawValue]
        if model.loaded { words.append("loaded") }
        if model.pinned { words.append("pinned") }
        if model.failure != nil { words.append("failed") }
        return words.joined(separator: ", ")
    }

    private static func quantization(_ description: ModelDescription) -> String {
        let types = description.tensorTypes.sorted { ($1.value.bytes, $0.key) < ($0.value.bytes, $1.key) }
            .map { "\($0.key) \(Human.bytes(Int64(clamping: $0.value.bytes)))" }
        return types.isEmpty ? description.quantization : "\(description.quantization) (\(types.joined(separator: ", ")))"
    }

    private static func tokenizer(_ tokenizer: ModelDescription.Tokenizer) -> String {
        guard let size = tokenizer.vocabularySize else { return tokenizer.model }
        return "\(tokenizer.model), \(Human.count(size, "token"))"
    }
}
