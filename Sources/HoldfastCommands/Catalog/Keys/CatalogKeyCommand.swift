import ArgumentParser

struct CatalogKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Look at the catalog's keys, and replace them.",
        subcommands: [CatalogKeyList.self, CatalogKeyRotate.self])
}
