import HoldfastCore
import HoldfastInference
import HoldfastStore
import Synchronization

/// Which engine this node runs. It is looked for again at each load, so that one installed or chosen later is found, and what was found is kept.
final class EngineInventory: Sendable {
    let locator: EngineLocator
    private let shelf: EngineShelf
    private let selected: Mutex<EngineSelection>
    private let found = Mutex<Result<EngineLocation, HoldfastError>?>(nil)

    init(locator: EngineLocator, shelf: EngineShelf, selection: EngineSelection = EngineSelection()) {
        self.locator = locator
        self.shelf = shelf
        selected = Mutex(selection)
    }

    var selection: EngineSelection { selected.withLock { $0 } }

    /// Nil until it was looked for.
    var current: Result<EngineLocation, HoldfastError>? { found.withLock { $0 } }

    /// What the next engine is started from.
    func select(_ selection: EngineSelection) { selected.withLock { $0 = selection } }

    /// - Throws: ``HoldfastError`` `engine_missing`, `engine_untrusted`.
    @discardableResult func locate() throws -> EngineLocation {
        do {
            let location = try locate(selection.choice)
            found.withLock { $0 = .success(location) }
            return location
        } catch let error as HoldfastError {
            found.withLock { $0 = .failure(error) }
            throw error
        }
    }

    /// - Throws: ``HoldfastError`` `engine_missing`, `engine_untrusted`.
    func locate(_ choice: EngineChoice) throws -> EngineLocation {
        guard case .installed(let digest) = choice else { return try locator.locate(choice) }
        guard let build = selection.build(digest) else {
            throw HoldfastError(
                .engineMissing, "The engine \(digest.short) is not installed.", hint: "holdfast engine list; holdfast engine use automatic")
        }
        return try locate(build)
    }

    /// Every file of it is held against its digest first.
    func locate(_ build: InstalledEngine) throws -> EngineLocation {
        try shelf.verify(build)
        // Two archives may have the same executable and other libraries: what is kept of one must not be taken for the other's.
        let version = "\(build.version), archive \(build.digest.short)"
        return try locator.installed(at: shelf.folder(of: build.digest), program: build.program.path, version: version)
    }
}
