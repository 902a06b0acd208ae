import ArgumentParser

struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "Show and erase what is kept of computed prompts.",
        subcommands: [CacheList.self, CacheClear.self])
}
