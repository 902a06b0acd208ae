import ArgumentParser

struct EngineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine", abstract: "The programs that compute: which there are, which one is used.",
        discussion: "An engine is known by the SHA-256 of its archive. Loaded models are under: holdfast ps",
        subcommands: [EngineList.self, EngineInstall.self, EngineUse.self, EngineRollback.self, EngineRemove.self])
}
