import Foundation
import HoldfastTestSupport

/// A folder that goes with the test.
final class TestFolder: Sendable {
    let path: String
    init() throws { path = try TemporaryFolder.make() }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }
}
