import HoldfastCore
import HoldfastInference
import HoldfastTestSupport
import Testing

@testable import HoldfastNode

@Suite("Configuration: flags over variables over the file over defaults")
struct NodeConfigurationTests {
    private let folder: TestFolder
    init() throws { folder = try TestFolder() }

    private func load(
        _ yaml: String? = nil, flags: [String: String] = [:], environment: [String: String] = [:], uid: UInt32 = 1234
    ) throws -> NodeConfiguration {
        let home = ["HOME": folder.path]
        return try NodeConfiguration.load(
            flags: flags, configFile: try yaml.map { try folder.write("holdfast.yaml", $0) }, environment: home.merging(environment) { $1 },
            uid: uid)
    }

    private func refusal(_ yaml: String? = nil, flags: [String: String] = [:], environment: [String: String] = [:]) -> HoldfastError? {
        do {
            _ = try load(yaml, flags: flags, environment: environment)
            return nil
        } catch {
            return error as? HoldfastError
        }
    }

    @Test("each layer wins over the one below it")
    func precedence() throws {
        let yaml = "engine:\n  slots: 2\n  context: 1024\n  queue: 3\n"
        let all = try load(
            yaml, flags: ["engine.slots": "5"], environment: ["HOLDFAST_ENGINE_SLOTS": "4", "HOLDFAST_ENGINE_CONTEXT": "2048"])
        #expect(all.engineSlots == 5 && all.engineContext == 2048 && all.scheduler.queue.perPriority == 3)
        #expect(try load(yaml).engineSlots == 2)
        #expect(try load().engineSlots == 4 && load().drainSeconds == 20 && load().quotaBytes == nil)
    }

    @Test("every key can be given as a variable and in the file", arguments: NodeConfiguration.keys)
    func everyKey(key: String) throws {
        let values = [
            "state": "/a", "runtime": "/b", "policies": "/c", "cache": "/d", "engine.path": "/e", "system": "true",
            "sockets.loopback_subject": "true", "prefix_cache.full_window": "false",
            "sockets.admin_mode": "0600",
            "storage.quota": "1GiB", "storage.reserve": "2GiB", "sockets.max_connections": "99", "sockets.max_connections_per_uid": "98",
            "engine.context": "999", "audit.on_failure": "refuse_privileged", "audit.budget": "3GiB", "audit.catalog": "none",
            "confinement.user": "daemon", "engine.memory": "4GiB", "confinement.landlock": "best_effort",
            "confinement.seccomp": "off", "confinement.own_user": "required",
            "audit.journald": "on", "engine.launcher": "child",
        ]
        let value = values[key] ?? "7"
        let variable = "HOLDFAST_" + key.uppercased().replacing(".", with: "_")
        let byVariable = try load(environment: [variable: value])
        let parts = key.split(separator: ".")
        let yaml = parts.count == 1 ? "\(key): \(value)\n" : "\(parts[0]):\n  \(parts[1]): \(value)\n"
        #expect(try load(yaml) == byVariable, "\(key)")
        // The one value there is until a catalog exists.
        if key != "audit.catalog" { #expect(try byVariable != load(), "\(key) changes something") }
    }

    @Test("an unknown key is refused with its place and the nearest key")
    func unknownKey() throws {
        let error = try #require(refusal("drain_seconds: 3\nengine:\n  treads: 2\n"))
        #expect(error.code == .configurationInvalid)
        #expect(
            error.message.contains("holdfast.yaml:3") && error.message.contains("engine.treads") && error.message.contains("engine.threads")
        )
    }

    @Test(
        "a wrong value is refused with its origin",
        arguments: [
            ("engine:\n  slots: many\n", "holdfast.yaml:2"), ("engine:\n  slots: 0\n", "holdfast.yaml:2"), ("engine:\n  slots: 65\n", "65"),
            ("state: relative\n", "absolute"), ("system: perhaps\n", "true or false"),
            ("storage:\n  quota: 5 parsecs\n", "holdfast.yaml:2"),
            ("storage:\n  quota: 99999999999TiB\n", "storage.quota"), ("sockets:\n  admin_mode: 999\n", "octal"),
            ("engine: [1]\n", "holdfast.yaml:1"), ("engine:\n  launcher: docker\n", "auto, child or systemd"),
            ("- a\n- b\n", "holdfast.yaml:1"), ("engine:\n  slots: {a: 1}\n", "engine.slots.a"), ("a: b: c\n", "YAML"), ("{", "YAML"),
        ])
    func wrongValues(yaml: String, words: String) throws {
        let error = try #require(refusal(yaml))
        #expect(error.code == .configurationInvalid && error.message.contains(words), "\(error)")
    }

    @Test("a wrong variable is named, not the file")
    func wrongVariable() throws {
        let error = try #require(refusal("engine:\n  slots: 2\n", environment: ["HOLDFAST_ENGINE_SLOTS": "x"]))
        #expect(error.message.contains("HOLDFAST_ENGINE_SLOTS"))
    }

    @Test("a variable that is no setting is warned of, with the nearest; those of the tests are known")
    func unknownVariable() throws {
        let loaded = try load(environment: ["HOLDFAST_ENGINE_SLOT": "3", "HOLDFAST_UPDATE_GOLDEN": "1", "HOLDFAST_ENGINE_QUEUE": "3"])
        #expect(loaded.warnings.count == 1)
        let warning = try #require(loaded.warnings.first)
        #expect(warning.contains("HOLDFAST_ENGINE_SLOT ") && warning.contains("HOLDFAST_ENGINE_SLOTS?"), "\(warning)")
    }

    @Test("a file that was named must be there; the usual one need not")
    func missingFile() throws {
        #expect(throws: HoldfastError.self) {
            try NodeConfiguration.load(flags: [:], configFile: folder.path + "/none.yaml", environment: ["HOME": folder.path], uid: 1234)
        }
        #expect(try load().policies == nil)
    }

    @Test("the machine's node has the machine's directories, whoever runs it", arguments: ["flag", "variable", "file"])
    func systemDirectories(by way: String) throws {
        let node = try load(
            way == "file" ? "system: true\n" : nil, flags: way == "flag" ? ["system": "true"] : [:],
            environment: way == "variable" ? ["HOLDFAST_SYSTEM": "true"] : [:])
        #expect(node.state == "/var/lib/holdfast" && node.runtime == "/run/holdfast" && node.cache == "/var/cache/holdfast")
    }

    @Test("an ordinary user's directories are that user's")
    func userDirectories() throws {
        let user = try load(environment: ["XDG_STATE_HOME": "/x/state", "XDG_RUNTIME_DIR": "/x/run", "XDG_CACHE_HOME": "/x/cache"])
        #expect(user.state.hasPrefix("/x/state") && user.runtime.hasPrefix("/x/run") && user.cache == "/x/cache/holdfast")
        let root = try NodeConfiguration.load(flags: [:], configFile: nil, environment: [:], uid: 0)
        #expect(root.cache == "/var/cache/holdfast" && root.state.hasPrefix("/var/lib") && root.runtime.hasPrefix("/run"))
        #expect(throws: HoldfastError.self) { try NodeConfiguration.load(flags: [:], configFile: nil, environment: [:], uid: 1234) }
    }

    @Test("one uid's connections are never more than all connections")
    func connectionLimits() throws {
        let small = try load("sockets:\n  max_connections: 100\n")
        #expect(small.maximumConnectionsPerUID <= small.maximumConnections)
    }
}
