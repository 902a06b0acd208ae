import Foundation
import HoldfastTestSupport
import Testing

/// Every error a person can meet names its cause and the next command, on one page.
struct TroubleshootingTests {
    private static func text(_ path: String) throws -> String { try String(contentsOfFile: "\(SourceTree.root)/\(path)", encoding: .utf8) }

    private static func codes() throws -> [String] {
        try text("Sources/HoldfastCore/Errors/ErrorCodes.swift").matches(of: /: Self = "([a-z_]+)"/).map { String($0.1) }
    }

    @Test("docs/troubleshooting.md has a row for every error code, with a cause and a command or a page")
    func page() throws {
        let codes = try Self.codes()
        #expect(codes.count > 60)
        let rows = try Self.text("docs/troubleshooting.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
        for code in codes {
            let found = rows.filter { $0[0].contains("`\(code)`") }
            #expect(found.count == 1, "\(code): \(found.count) rows")
            guard let row = found.first, row.count == 3 else { continue }
            #expect(row[1].count > 10 && (row[2].contains("`") || row[2].contains("](")), "\(code): \(row)")
        }
    }

    @Test("docs/exit-codes.md has every error code, once")
    func exitCodes() throws {
        let page = try Self.text("docs/exit-codes.md")
        for code in try Self.codes() { #expect(page.components(separatedBy: "`\(code)`").count == 2, "\(code)") }
    }
}
