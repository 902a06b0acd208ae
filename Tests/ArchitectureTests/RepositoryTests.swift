import Foundation
import Testing

@Suite("Repository")
struct RepositoryTests {
    @Test("Every target of Package.swift is a row of the architecture page")
    func targetsAreDocumented() throws {
        let page = try String(contentsOf: SourceFile.root.appending(path: "docs/architecture.md"), encoding: .utf8)
        for target in AllowedImports.targets.map(\.name) + ["CHoldfastSystem", "COpenSSL", "CSeccomp", "CCurl"] {
            #expect(page.contains("`\(target)`"), "docs/architecture.md does not mention \(target)")
        }
    }

    @Test("Decision records are numbered without gaps")
    func decisionsAreNumbered() throws {
        let folder = SourceFile.root.appending(path: "docs/decisions")
        let numbers = try FileManager.default.contentsOfDirectory(atPath: folder.path).compactMap { Int($0.prefix(4)) }.sorted()
        #expect(!numbers.isEmpty)
        #expect(numbers == Array(1...numbers.count))
    }

    @Test("Every script is executable")
    func scriptsAreExecutable() throws {
        let scripts = ["setup", "demo", "test", "check", "bench", "evidence", "build", "format", "tuf-conformance"]
        for script in scripts {
            #expect(
                FileManager.default.isExecutableFile(atPath: SourceFile.root.appending(path: "scripts/\(script)").path), "scripts/\(script)"
            )
        }
    }

    @Test("The engines' unit lets holdfast-confine put its layers on: a filter is inherited")
    func unitPermitsConfinement() throws {
        let unit = try String(contentsOf: SourceFile.root.appending(path: "systemd/holdfast-engine@.service"), encoding: .utf8)
        let allowed = unit.split(separator: "\n").filter { $0.hasPrefix("SystemCallFilter=") && !$0.contains("=~") }
            .flatMap { $0.dropFirst("SystemCallFilter=".count).split(separator: " ") }
        // None of systemd 252's groups has these.
        for call in ["landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self", "seccomp"] {
            #expect(allowed.contains(Substring(call)), "SystemCallFilter= of holdfast-engine@.service does not have \(call)")
        }
        #expect(unit.contains("\nNoNewPrivileges=yes\n"))
    }
}
