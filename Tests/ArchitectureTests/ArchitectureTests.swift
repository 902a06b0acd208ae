import Foundation
import Testing

@Suite("Architecture")
struct ArchitectureTests {
    @Test("The sources are found at all")
    func sourcesAreFound() {
        #expect(SourceFile.all.count > 100)
        #expect(Set(SourceFile.all.map(\.target)).isSuperset(of: ["HoldfastCore", "HoldfastNode", "holdfastd"]))
    }

    @Test("Every import stands in the allow-list", arguments: SourceFile.all)
    func importIsAllowed(_ file: SourceFile) throws {
        let target = try #require(
            AllowedImports.targets.first { $0.name == file.target },
            "\(file.target) is not in AllowedImports: a new target needs a decision record")
        for module in file.imports {
            #expect(
                target.modules[module] != nil, "\(file.path) imports \(module): add a row with a reason to AllowedImports, or do without it"
            )
        }
    }

    @Test("Our own modules are imported downwards only")
    func layersPointDown() {
        let order = AllowedImports.targets.map(\.name)
        for (index, target) in AllowedImports.targets.enumerated() {
            for module in target.modules.keys {
                guard let imported = order.firstIndex(of: module) else { continue }
                #expect(imported < index, "\(target.name) imports \(module), which is above it")
            }
        }
    }

    @Test("Every row of the allow-list is used")
    func rowsAreUsed() {
        for target in AllowedImports.targets where target.name != "HoldfastTestSupport" {
            let used = Set(SourceFile.all.filter { $0.target == target.name }.flatMap(\.imports))
            let unused = Set(target.modules.keys).subtracting(used).subtracting(["Foundation", "Musl"])
            #expect(unused.isEmpty, "\(target.name) no longer imports \(unused.sorted())")
        }
    }

    @Test("Only the transport knows libcurl, and only what is no part of a node's daemon or command line knows the transport")
    func networklessDaemon() {
        let networked = ["CCurl", "HoldfastTransport", "HoldfastTUFAdapter", "AsyncHTTPClient", "FoundationNetworking", "NIOSSL"]
        let allowed = [
            "HoldfastTransport": ["CCurl"], "HoldfastTUFAdapter": ["HoldfastTransport"], "holdfast-tuf": ["HoldfastTUFAdapter"],
            "HoldfastCatalog": ["NIOSSL"], "holdfast-catalog": ["HoldfastTransport"],
        ]
        for file in SourceFile.all {
            #expect(Set(file.imports).subtracting(allowed[file.target] ?? []).isDisjoint(with: networked), "\(file.path)")
        }
    }

    @Test(
        "Executables contain no logic",
        arguments: [
            "holdfastd", "holdfast", "holdfast-confine", "holdfast-check-gguf", "holdfast-tuf", "holdfast-signer", "holdfast-catalogd",
        ])
    func executablesAreEmpty(_ name: String) {
        let lines = SourceFile.all.filter { $0.target == name }.flatMap(\.lines).filter { !$0.isEmpty }
        #expect(lines.count <= 5)
    }

    @Test("No file is past 400 lines", arguments: SourceFile.all)
    func filesAreShort(_ file: SourceFile) {
        #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines")
    }

    @Test("The compiler is not overruled without a proof", arguments: SourceFile.all)
    func noOverruling(_ file: SourceFile) {
        for (number, line) in file.lines.enumerated() {
            let code = line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
            for word in ["try!", "as!", "fatalError(", "nonisolated(unsafe)", "TODO", "FIXME"] {
                #expect(!code.contains(word), "\(file.path):\(number + 1) has \(word)")
            }
            if code.contains("@unchecked") || code.contains("@unsafe") {
                let before = file.lines[max(0, number - 6)..<number]
                #expect(before.contains { $0.contains("//") }, "\(file.path):\(number + 1): @unchecked needs a comment that proves it")
            }
        }
    }
}
