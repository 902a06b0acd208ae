import HoldfastCore
import HoldfastInference
import Synchronization

/// Which engine this node runs. It is looked for again at each load, so that one installed later is found, and what was found is kept.
final class EngineInventory: Sendable {
    private let locator: EngineLocator
    private let found = Mutex<Result<EngineLocation, HoldfastError>?>(nil)

    init(locator: EngineLocator) {
        self.locator = locator
    }

    /// Nil until it was looked for.
    var current: Result<EngineLocation, HoldfastError>? { found.withLock { $0 } }

    /// - Throws: ``HoldfastError`` `engine_missing`, `engine_untrusted`.
    @discardableResult func locate() throws -> EngineLocation {
        do {
            let location = try locator.locate()
            found.withLock { $0 = .success(location) }
            return location
        } catch let error as HoldfastError {
            found.withLock { $0 = .failure(error) }
            throw error
        }
    }
}
