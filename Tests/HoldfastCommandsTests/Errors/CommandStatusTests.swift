import FoundationEssentials
import HoldfastCore
import Testing

@testable import HoldfastCommands

/// `ErrorCodes.swift`, the table in `CommandStatus.swift` and `docs/exit-codes.md` must say the same.
struct CommandStatusTests {
    private static func file(_ path: String) throws -> String {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        return String(decoding: try Data(contentsOf: URL(filePath: "/\(root)/\(path)")), as: UTF8.self)
    }

    private static func declaredCodes() throws -> Set<String> {
        let lines = try file("Sources/HoldfastCore/Errors/ErrorCodes.swift").split(separator: "\n")
        return Set(lines.filter { $0.contains("static let") }.compactMap { $0.split(separator: "\"").dropFirst().first.map(String.init) })
    }

    /// Status to codes.
    private static func documented() throws -> [Int32: Set<String>] {
        var result: [Int32: Set<String>] = [:]
        for line in try file("docs/exit-codes.md").split(separator: "\n") where line.hasPrefix("| ") {
            let cells = line.replacing("\\|", with: "").split(separator: "|").map { $0.trimmingPrefix(" ") }
            guard let status = Int32(cells[0].prefix { $0.isNumber }) else { continue }
            result[status] = Set(cells[2].split(separator: "`").map(String.init).filter { $0.contains("_") || $0 == "interrupted" })
        }
        return result
    }

    @Test func everyCodeHasARow() throws {
        let codes = try Self.declaredCodes()
        #expect(codes.count > 30)
        #expect(codes == Set(HoldfastError.Code.exitStatuses.keys.map(\.rawValue)))
    }

    @Test func thePageSaysWhatTheProgramDoes() throws {
        let page = try Self.documented()
        #expect(Set(page.keys) == Set(CommandStatus.allCases.map(\.rawValue)))
        for (code, status) in HoldfastError.Code.exitStatuses {
            #expect(page[status.rawValue]?.contains(code.rawValue) == true, "\(code.rawValue)")
        }
        #expect(page.values.map(\.count).reduce(0, +) == HoldfastError.Code.exitStatuses.count)
    }

    @Test func anUnknownCodeOfANewerNodeIsAFailure() {
        #expect(HoldfastError.Code(rawValue: "from_the_future").exitStatus == .failure)
    }
}
