import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastStore
import Hummingbird

/// `GET /holdfast/v1/engine-versions`.
struct EngineVersionListHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.engineVersionList
    let node: Node

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        let list = try await offPool { [inventory = node.inventory] in
            let selection = inventory.selection
            // With no choice, the first that is found is used.
            let known = inventory.locator.known()
            let used = selection.choice == .automatic ? known.first : selection.choice
            var engines = known.map { EngineVersionInfo($0, inventory) } + selection.builds.map { EngineVersionInfo($0, inventory) }
            for choice in [used, selection.previous].compactMap({ $0 }) where choice != .automatic {
                guard !engines.contains(where: { $0.id == choice.description }) else { continue }
                engines.append(EngineVersionInfo(choice, inventory))
            }
            for index in engines.indices {
                engines[index].inUse = engines[index].id == used?.description
                engines[index].previous = engines[index].id == selection.previous?.description
            }
            return EngineVersionListBody(
                choice: selection.choice.description, previous: selection.previous?.description, engines: engines)
        }
        return Answer(try .json(list), recorded: .counted)
    }
}

/// `POST /holdfast/v1/engine-versions/use`.
struct EngineUseHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.engineUse
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> String {
        try RequestDecoding.decode(EngineUseBody.self, from: await RequestBodyReader.collect(request)).engine
    }
    func resources(of input: String) -> [Resource] { [.node] }

    func handle(_ input: String, _ call: Call) async throws -> Answer {
        let choice = try node.inventory.selection.choice(named: input)
        // What could not be started is never chosen.
        let location = try await offPool { [inventory = node.inventory] in try inventory.locate(choice) }
        var record = node.trail.record(of: call)
        record.resource = AuditResource(kind: "engine", name: choice.description, digest: location.digest)
        let written = record
        let selection = try await node.store.commit { transaction in
            let selection = try transaction.choose(choice)
            try transaction.append(written)
            return selection
        }
        return try await node.answer(chosen: selection)
    }
}

/// `POST /holdfast/v1/engine-versions/rollback`.
struct EngineRollbackHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.engineRollback
    let node: Node

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        let record = node.trail.record(of: call)
        let selection = try await node.store.commit { transaction in
            let selection = try transaction.rollBackEngine()
            var record = record
            record.resource = AuditResource(kind: "engine", name: selection.choice.description)
            try transaction.append(record)
            return selection
        }
        return try await node.answer(chosen: selection)
    }
}

/// `DELETE /holdfast/v1/engine-versions/{name}`: by name or digest.
struct EngineRemoveHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.engineRemove
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> String {
        parameters.get("name").flatMap(PercentEncoding.decode) ?? ""
    }
    func resources(of input: String) -> [Resource] { [.node] }

    func handle(_ input: String, _ call: Call) async throws -> Answer {
        guard case .installed(let digest) = try node.inventory.selection.choice(named: input),
            let build = node.inventory.selection.build(digest)
        else {
            throw HoldfastError(
                .invalidRequest, "Only an installed engine can be removed; '\(input.prefix(80))' is none.", hint: "holdfast engine list",
                field: "name")
        }
        var record = node.trail.record(of: call)
        record.resource = AuditResource(kind: "engine", name: build.name, digest: digest)
        let written = record
        let selection = try await node.store.commit { transaction in
            let selection = try transaction.removeEngine(digest)
            try transaction.append(written)
            return selection
        }
        node.inventory.select(selection)
        // After the commit: a folder that a crash leaves here is in no list, and a new installation takes its place.
        try await offPool { [shelf = node.store.engines] in try shelf.remove(digest) }
        return Answer(try .json(EngineRemovedBody(name: build.name, digest: digest)), recorded: .written)
    }
}

extension Node {
    /// Running requests end on the engine they have.
    private static var drain: Duration { .seconds(600) }

    fileprivate func answer(chosen selection: EngineSelection) async throws -> Answer {
        inventory.select(selection)
        _ = try? await offPool { [inventory] in try inventory.locate() }
        let draining = await engines.renewAll(drain: Self.drain)
        let body = EngineChosenBody(
            choice: selection.choice.description, previous: selection.previous?.description, draining: draining)
        return Answer(try .json(body), recorded: .written)
    }
}

extension EngineSelection {
    /// - Parameter text: an id as the list shows it, `automatic`, the name of an installed engine, or its digest's first digits (12 at least).
    /// - Throws: ``HoldfastError`` `engine_not_found`.
    fileprivate func choice(named text: String) throws -> EngineChoice {
        if let build = builds.first(where: { $0.name == text }) { return .installed(build.digest) }
        if let choice = EngineChoice(text) { return choice }
        let digits = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
        let found = builds.filter { digits.utf8.count >= 12 && $0.digest.hex.hasPrefix(digits.lowercased()) }
        guard let build = found.first, found.count == 1 else {
            throw HoldfastError(
                .engineNotFound, "This node knows no engine '\(text.prefix(80))'.", hint: "holdfast engine list", field: "engine")
        }
        return .installed(build.digest)
    }
}

extension EngineVersionInfo {
    /// Looks at the disk.
    init(_ choice: EngineChoice, _ inventory: EngineInventory) {
        let id = choice.description
        let name = id.split(separator: ":").last.map(String.init) ?? id
        do {
            let location = try inventory.locate(choice)
            self.init(id: id, name: name, version: location.version, path: location.path, executable: location.digest)
        } catch {
            self.init(id: id, name: name, version: "unknown", problem: HoldfastError(wrapping: error).message)
        }
    }

    init(_ build: InstalledEngine, _ inventory: EngineInventory) {
        self.init(
            id: EngineChoice.installed(build.digest).description, name: build.name, version: build.version, bytes: build.files.bytes,
            installedAt: build.installed)
        do {
            let location = try inventory.locate(build)
            (path, executable) = (location.path, location.digest)
        } catch {
            problem = HoldfastError(wrapping: error).message
        }
    }
}
