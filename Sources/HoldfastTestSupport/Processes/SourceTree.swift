import Foundation
import Glibc

/// Where things are: this package, and the programs that were built beside the tests.
public enum SourceTree {
    /// The package's folder. This file is Sources/HoldfastTestSupport/Processes/SourceTree.swift.
    public static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")

    public static func fixture(_ name: String) -> String { "\(root)/Tests/Fixtures/\(name)" }

    /// `holdfastd`, `holdfast`, `holdfast-confine`: beside the running test bundle.
    /// - Throws: ``TestFailure`` when it was not built.
    public static func program(_ name: String) throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var folders = [own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")]
        // A test helper may run the bundle instead of being it.
        folders += CommandLine.arguments.filter { $0.hasSuffix(".xctest") }.map {
            $0.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        }
        for folder in folders where access("\(folder)/\(name)", X_OK) == 0 { return "\(folder)/\(name)" }
        throw TestFailure("\(name) is not in \(folders): swift build --build-tests builds it")
    }
}

/// What `scripts/setup --tests` installs. A test that needs it fails when it is not there: `make test` runs setup first.
public enum Installed {
    public static var prefix: String {
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["HOLDFAST_CACHE"], !named.isEmpty { return named }
        if geteuid() == 0 { return "/var/cache/holdfast" }
        return (environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache") + "/holdfast"
    }

    public static func smolLM() throws -> String { try require("models/SmolLM2-135M-Instruct.Q4_1.gguf") }
    public static func gemma() throws -> String { try require("models/gemma-3-270m.Q4_K_M.gguf") }
    /// An interpreter with the `openai` package; `/usr/bin/python3` does where it is not needed.
    public static func python() throws -> String { try require("python/bin/python") }

    private static func require(_ path: String) throws -> String {
        let whole = "\(prefix)/\(path)"
        guard access(whole, R_OK) == 0 else { throw TestFailure("\(whole) is not there. Run: scripts/setup --tests") }
        return whole
    }

    /// A program of llama.cpp that was compiled: by `scripts/setup --package`, which every run of all tests has done, or by `--native`.
    /// - Throws: ``TestFailure`` where there is none.
    public static func compiled(_ program: String) throws -> String {
        let paths = ["portable", "native"].map { engine in "\(prefix)/engines/\(engine)/bin/\(program)" }
        guard let path = paths.first(where: { access($0, X_OK) == 0 }) else {
            throw TestFailure("no compiled \(program): scripts/setup --package")
        }
        return path
    }
}
