import ArgumentParser
import Testing

@testable import HoldfastCommands

/// Names of commands and flags are fixed: scripts depend on them.
struct GrammarTests {
    private func parse<Command>(_ type: Command.Type, _ line: String) throws -> Command {
        try #require(try Holdfast.parseAsRoot(line.split(separator: " ").map(String.init)) as? Command)
    }

    @Test(arguments: [
        "status", "status --json", "model add f.gguf --name a:1", "model add --name a f.gguf --json", "model list --json", "model show a",
        "model alias a b --json", "model remove a", "model remove a b c --json", "model verify", "model verify a",
        "model verify --all --json",
        "model prune --json", "model load a", "model unload a --json", "run a", "run a hello --system s --max-tokens 5 --temperature 0.5",
        "ps --json", "access whoami", "access can inference:invoke a --as uid:1000", "access can node:read node --json",
        "access policy check a.yaml b.yaml --json", "access explain inference:invoke a --as user:x --json",
        "access who-can node:read node --json",
        "access policy apply", "access policy apply a.yaml d --json", "access policy show --generation 2 --json",
        "access policy history --limit 5 --before 9", "access policy rollback 3 --json", "access policy diff",
        "access policy diff a.yaml --records 5",
        "audit list --actor 0 --operation models --model a --outcome denied --since 2h --until 1h --limit 5",
        "model pin-prompt a f.txt --text --json", "model unpin-prompt a 0123456789ab", "cache list --json", "cache clear",
        "model tune a", "model tune a --seconds 10 --allow-q8-cache --json", "model tune a --reset --json",
        "cache clear --model a", "cache clear --subject uid:1000 --json",
        "audit tail --json", "audit show r-1", "audit verify", "audit verify --state /tmp --json", "doctor",
        "doctor --json --config /etc/holdfast/holdfast.yaml", "top --once", "top --interval 5 --json",
        "logs -f --since yesterday --priority err --request 0a1b --json", "logs --audit --lines 5",
        "engine list --json", "engine install e.tar.gz --name e --digest sha256:00", "engine use e --json", "engine rollback",
        "engine remove e",
        "backup b.tar --without-models --without-content --json", "backup b.tar --key-for age1x", "restore b.tar --check --state /s --json",
        "restore b.tar --audit-key k --replace-node --yes", "decommission --yes --out f --json", "audit verify --last-record f",
    ])
    func theseAreCommands(line: String) throws {
        #expect(throws: Never.self) { try parse((any HoldfastCommand).self, line) }
    }

    @Test(arguments: [
        "nonsense", "model add", "model add f.gguf", "model alias a", "model remove", "model verify a --all", "run", "run a --max-tokens 0",
        "run a --temperature 2.5", "run a --temperature x", "access can", "access can read a", "access policy check",
        "access policy rollback", "access policy rollback 0", "access policy diff --records 0", "access policy show --generation x",
        "access explain read a", "access who-can node:read", "access policy history --limit 1001",
        "audit list --limit 0",
        "audit list --limit 1001", "audit list --outcome maybe", "audit list --since yesterday", "audit show", "status extra", "ps --nope",
        "audit tail --limit 0", "model pin-prompt a", "model unpin-prompt a", "model tune", "model tune a --seconds 9",
        "model tune a --seconds 101",
        "model tune a --reset --seconds 20", "model tune a --reset --allow-q8-cache", "cache list x", "cache clear x",
        "doctor extra", "top --interval 0", "logs --lines 0", "logs --request x;y", "logs --priority loud", "engine use",
        "engine install", "backup", "restore", "restore b.tar --replace-node", "decommission now", "audit verify --last-record f --file g",
    ])
    func theseAreUsageErrors(line: String) {
        let error = #expect(throws: (any Error).self) { try parse((any ParsableCommand).self, line) }
        if let error { #expect(Holdfast.exitCode(for: error).rawValue == CommandStatus.usage.rawValue) }
    }

    @Test(arguments: ["--runtime /r status", "status --runtime /r", "--runtime=/r status --json"])
    func theRuntimeMayStandBeforeAndAfterTheVerb(line: String) throws {
        #expect(try parse(Status.self, line).node.runtime == "/r")
    }

    @Test(arguments: ["--runtime /r model list", "model --runtime /r list", "model list --runtime /r"])
    func theRuntimeMayStandBetweenTheWordsOfAVerb(line: String) throws {
        #expect(try parse(ModelList.self, line).node.runtime == "/r")
    }

    @Test func promptsMayLookLikeAnything() throws {
        let command = try Holdfast.parseAsRoot(["run", "a", "--", "--system says what?"])
        #expect((command as? Run)?.prompt == "--system says what?")
    }
}
