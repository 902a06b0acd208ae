import HoldfastAPI
import HoldfastCore
import HoldfastSigner
import HoldfastStore

/// The TUF repository and the director documents: takes what operators signed, has the signer sign the rest, and keeps both in one step.
actor CatalogRepository {
    nonisolated let storage: any CatalogStorage
    nonisolated let signer: SignerClient
    private let lifetimes: Lifetimes
    private let now: @Sendable () -> Int64
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(storage: any CatalogStorage, signer: SignerClient, lifetimes: Lifetimes = Lifetimes(), now: @escaping @Sendable () -> Int64) {
        self.storage = storage
        self.signer = signer
        self.lifetimes = lifetimes
        self.now = now
    }

    private var time: TUFTime { TUFTime(seconds: now() / 1000) }

    /// One after the other: each begins with what the one before kept.
    private func exclusively<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
        if isBusy { await withCheckedContinuation { waiting.append($0) } } else { isBusy = true }
        defer { if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() } }
        return try await work()
    }

    // MARK: Publications

    /// - Parameters:
    ///   - step: what the operation may change.
    ///   - name: the version it is about.
    func publish(_ body: PublicationBody, _ step: PublicationCheck.Step, name: ModelName?, record: AuditRecord) async throws
        -> PublishedBody
    {
        try await exclusively {
            let files = try await storage.metadata()
            let before = files.isEmpty ? nil : try TUFRepository(files: files)
            var next = try take(body, before)
            let manifests = body.manifests.mapValues { Array($0) }
            if let targets = next.targets() {
                let check = PublicationCheck(old: before?.targets(), new: targets, manifests: manifests)
                let added = try await check.check(step, name: name) { [storage] in try await storage.blob($0) }
                guard step != .publish || !added.isEmpty else {
                    throw HoldfastError(.metadataInvalid, "The publication is refused: it publishes nothing.")
                }
            }
            next = try await signed(next)
            var change = CatalogChange()
            change.metadata = next.files.filter { files[$0.key] != $0.value }
            for (path, bytes) in manifests {
                guard let target = next.targets()?.targets[path] else { continue }
                change.targets[try target.location(consistent: true)] = bytes
            }
            // A node must be able to verify its document by the newest root.
            if let before, try before.root.directorKeys != next.root.directorKeys {
                for director in try await storage.directors() {
                    change.directors.append(try await sign(DirectorDocument(reading: director.bytes), next.root))
                }
            }
            try await storage.apply(change, record: record)
            return PublishedBody(versions: Self.versions(next))
        }
    }

    private func take(_ body: PublicationBody, _ before: TUFRepository?) throws -> TUFRepository {
        var next: TUFRepository
        if let before {
            next = before
            if let root = body.root { try next.accept(root: Array(root)) }
        } else {
            guard let root = body.root else {
                throw HoldfastError(.metadataInvalid, "The catalog has no root yet.", hint: "holdfast catalog init")
            }
            next = try TUFRepository(trusting: Array(root))
            guard next.root.header.version == 1 else {
                throw HoldfastError(.metadataInvalid, "A new catalog begins with version 1 of its root.")
            }
        }
        if let targets = body.targets { try next.accept(targets: Array(targets)) }
        for (what, header) in [("root", next.root.header), ("targets", next.targets()?.header ?? next.root.header)] {
            guard header.expires > time else {
                throw HoldfastError(.metadataExpired, "The \(what) metadata has expired.", hint: "holdfast catalog renew")
            }
        }
        guard next.root.consistentSnapshot == true else {
            throw HoldfastError(.metadataInvalid, "A catalog's root asks for consistent snapshots.")
        }
        return next
    }

    /// Snapshot and timestamp of what is there now, above everything the signer ever signed.
    private func signed(_ repository: TUFRepository, snapshotToo: Bool = true) async throws -> TUFRepository {
        let (signer, lifetimes, time) = (signer, lifetimes, time)
        return try await offPool {
            var next = repository
            let known = try signer.status().versions
            if snapshotToo {
                try next.setSnapshot(
                    expires: time.adding(days: lifetimes.snapshot), atLeast: (known["snapshot"] ?? 0) + 1,
                    signers: signer.signers(.snapshot, listed: next.root.keys(of: .snapshot).keyIDs))
            }
            try next.setTimestamp(
                expires: time.adding(days: lifetimes.timestamp), atLeast: (known["timestamp"] ?? 0) + 1,
                signers: signer.signers(.timestamp, listed: next.root.keys(of: .timestamp).keyIDs))
            return next
        }
    }

    /// Signs anew what has a third of its time left. Root and targets are their operators' to renew.
    /// - Returns: how many documents were signed.
    func renew(record: @Sendable () -> AuditRecord) async throws -> Int {
        try await exclusively {
            let files = try await storage.metadata()
            guard !files.isEmpty else { return 0 }
            let before = try TUFRepository(files: files)
            guard let snapshot = before.snapshot, let timestamp = before.timestamp else { return 0 }
            let isSnapshotDue = Lifetimes.isDue(snapshot.header.expires, days: lifetimes.snapshot, at: time)
            var change = CatalogChange()
            if isSnapshotDue || Lifetimes.isDue(timestamp.header.expires, days: lifetimes.timestamp, at: time) {
                let next = try await signed(before, snapshotToo: isSnapshotDue)
                change.metadata = next.files.filter { files[$0.key] != $0.value }
            }
            for director in try await storage.directors() {
                let document = try DirectorDocument(reading: director.bytes)
                guard Lifetimes.isDue(document.header.expires, days: lifetimes.director, at: time) else { continue }
                change.directors.append(try await sign(document, before.root))
            }
            let count = change.metadata.count + change.directors.count
            if count > 0 { try await storage.apply(change, record: record()) }
            return count
        }
    }

    // MARK: Directors

    /// - Throws: ``HoldfastError`` `model_not_found` for what is not published.
    func direct(_ node: String, _ body: DirectorBody, record: AuditRecord) async throws -> DirectorDocument {
        try await exclusively {
            let files = try await storage.metadata()
            guard !files.isEmpty else {
                throw HoldfastError(.metadataInvalid, "The catalog has no root yet.", hint: "holdfast catalog init")
            }
            let repository = try TUFRepository(files: files)
            let published = try repository.targets()?.publications().values.filter { $0.state == .published } ?? []
            let models = try body.models.map {
                try DirectedModel(name: $0.name, version: $0.version, device: $0.device, pinned: $0.pinned ?? false)
            }
            for model in models
            where !published.contains(where: { $0.name == model.name && (model.version == nil || $0.version == model.version) }) {
                throw HoldfastError(
                    .modelNotFound, "'\(model.name)\(model.version.map { ":" + $0 } ?? "")' is not published here.",
                    hint: "holdfast catalog list")
            }
            for window in [body.download, body.activate].compactMap(\.self) where !DirectorDocument.isWindow(window) {
                throw HoldfastError(.invalidRequest, "'\(window.prefix(40))' is no time of day, as 22:00-05:00.")
            }
            let last = try await storage.director(node)?.version ?? 0
            var document = try DirectorDocument(node: node, version: last, expires: time, models: models)
            document.windows = .init(download: body.download, activate: body.activate)
            document.localOverride = body.localOverride ?? false
            var change = CatalogChange()
            change.directors = [try await sign(document, repository.root)]
            try await storage.apply(change, record: record)
            return try DirectorDocument(reading: change.directors[0].bytes)
        }
    }

    /// The document's next version.
    private func sign(_ document: DirectorDocument, _ root: TUFRoot) async throws -> CatalogDirector {
        let (signer, expires) = (signer, time.adding(days: lifetimes.director))
        return try await offPool {
            var next = document
            let known = try signer.status().versions["director/\(document.node)"] ?? 0
            next.header.version = max(document.header.version, known) + 1
            next.header.expires = expires
            let bytes = try next.signed(by: signer.signers(.director, listed: root.directorKeys.map(\.id)))
            return CatalogDirector(node: next.node, version: next.header.version, bytes: bytes)
        }
    }

    static func versions(_ repository: TUFRepository) -> [String: Int] {
        var versions = ["root": repository.root.header.version]
        versions["targets"] = repository.targets()?.header.version
        versions["snapshot"] = repository.snapshot?.header.version
        versions["timestamp"] = repository.timestamp?.header.version
        return versions
    }
}
