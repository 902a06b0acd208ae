/// What a target says of a version of a model, in its `custom.holdfast`: enough to list, and to withdraw it, since a manifest itself never changes.
public struct Publication: Sendable, Hashable {
    public enum State: String, Sendable, CaseIterable {
        case published
        /// Nobody takes it up any more; who runs it goes on.
        case yanked
        /// Nobody may go on, after the grace that its manifest gives.
        case revoked
    }

    public var kind: Manifest.Kind
    public var name: String
    public var version: String
    public var releaseCounter: Int64
    public var state: State
    /// Why it is not `published` any more.
    public var reason: String?

    public init(_ manifest: Manifest) {
        kind = manifest.kind
        name = manifest.name
        version = manifest.version
        releaseCounter = manifest.releaseCounter
        state = .published
    }

    public var path: String { Manifest.targetPath(kind: kind, name: name, version: version) }

    /// - Throws: ``HoldfastError`` `metadata_invalid` for a target that is none of Holdfast's, or lies where another should.
    public init(_ target: TUFTarget) throws {
        guard let value = target.custom?["holdfast"] else {
            throw HoldfastError.metadata(target.path, "it is no publication of Holdfast's")
        }
        var fields = try TUFFields(value, what: target.path)
        guard let kind = Manifest.Kind(rawValue: try fields.string("kind")), let state = State(rawValue: try fields.string("state")) else {
            throw fields.refused("its kind or state is not known here")
        }
        self.kind = kind
        self.state = state
        name = try fields.string("name")
        version = try fields.string("version")
        releaseCounter = Int64(try fields.integer("release_counter", atLeast: 1))
        reason = fields.takeOptional("reason")?.stringValue
        guard path == target.path else { throw fields.refused("it lies at another path than its name and version say") }
    }

    private var custom: [String: OLPCJSON] {
        var members: [String: OLPCJSON] = [
            "kind": .string(kind.rawValue), "name": .string(name), "version": .string(version),
            "release_counter": .number(String(releaseCounter)), "state": .string(state.rawValue),
        ]
        members["reason"] = reason.map { .string($0) }
        return ["holdfast": .object(members)]
    }

    /// - Parameter manifest: its bytes.
    public func target(_ manifest: [UInt8]) -> TUFTarget {
        TUFTarget(path: path, length: manifest.count, hashes: TUFHashes(of: manifest), custom: custom)
    }

    /// The same file, said something else of.
    public func target(like target: TUFTarget) -> TUFTarget {
        TUFTarget(path: target.path, length: target.length, hashes: target.hashes, custom: custom)
    }
}

extension TUFTargets {
    /// By path.
    /// - Throws: ``HoldfastError`` `metadata_invalid`.
    public func publications() throws -> [String: Publication] { try targets.mapValues { try Publication($0) } }
}
