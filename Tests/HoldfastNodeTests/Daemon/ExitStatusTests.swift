import FoundationEssentials
import HoldfastCore
import Testing

@testable import HoldfastNode

@Suite("The daemon's exit statuses are those of docs/exit-codes.md")
struct ExitStatusTests {
    @Test("each code is in the row of its status", arguments: HoldfastError.Code.exitStatuses.sorted { $0.key.rawValue < $1.key.rawValue })
    func documented(code: HoldfastError.Code, status: Int32) throws {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let page = String(decoding: try Data(contentsOf: URL(filePath: "/\(root)/docs/exit-codes.md")), as: UTF8.self)
        let row = page.split(separator: "\n").first { $0.hasPrefix("| \(status) |") }
        #expect(row?.contains("`\(code.rawValue)`") == true, "\(code.rawValue)")
        #expect(code.exitStatus == status)
    }

    @Test("any other is a failure") func other() {
        #expect(HoldfastError.Code.internalError.exitStatus == 1)
    }
}
