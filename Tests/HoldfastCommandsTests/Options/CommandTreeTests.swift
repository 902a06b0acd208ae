import ArgumentParser
import Testing

@testable import HoldfastCommands

/// Walks every command there is, so that a new one cannot forget what all have.
struct CommandTreeTests {
    struct Leaf: Sendable, CustomStringConvertible {
        let path: String
        let type: any ParsableCommand.Type
        var description: String { path }
    }

    static let leaves = collect(Holdfast.self, path: [])

    private static func collect(_ type: any ParsableCommand.Type, path: [String]) -> [Leaf] {
        let below = type.configuration.subcommands
        // Its words are the plug-in's, which has tests of its own.
        guard type != PlugInCatalog.self else { return [] }
        guard !below.isEmpty else { return [Leaf(path: path.joined(separator: " "), type: type)] }
        return below.flatMap { collect($0, path: path + [$0.configuration.commandName ?? "?"]) }
    }

    @Test("there are as many as we know of")
    func count() { #expect(Self.leaves.count >= 55) }

    @Test("every command has --json, and writes errors as JSON too", arguments: leaves)
    func json(leaf: Leaf) throws {
        let help = Holdfast.helpMessage(for: leaf.type, columns: 200)
        #expect(help.contains("--json"), "holdfast \(leaf.path)")
        #expect(leaf.type is any HoldfastCommand.Type, "holdfast \(leaf.path)")
    }

    @Test("every command says in a sentence what it does", arguments: leaves)
    func abstract(leaf: Leaf) {
        let abstract = leaf.type.configuration.abstract
        #expect(abstract.hasSuffix(".") && abstract.count > 15, "holdfast \(leaf.path)")
    }
}
