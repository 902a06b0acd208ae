import Foundation
import Glibc
import HoldfastTestSupport

/// A catalog and its signer, the real programs, in a folder of their own.
final class TestCatalog: Sendable {
    let folder: String
    private let processes: Processes
    let port: UInt16

    var state: String { folder + "/catalog" }
    var socket: String { folder + "/catalog.sock" }
    var signerSocket: String { folder + "/signer.sock" }
    var url: String { "http://127.0.0.1:\(port)" }
    var trustedRoot: String { folder + "/keys/root.json" }

    actor Processes {
        var signer: TestProcess?
        var catalog: TestProcess?
        func set(signer: TestProcess?) { self.signer = signer }
        func set(catalog: TestProcess?) { self.catalog = catalog }
    }

    private init() throws {
        folder = try TemporaryFolder.make()
        port = try Self.freePort()
        processes = Processes()
    }

    /// Starts both for `body`, and ends them whatever happens.
    static func with<Value: Sendable>(_ body: (TestCatalog) async throws -> Value) async throws -> Value {
        let catalog = try TestCatalog()
        do {
            try await catalog.startSigner()
            try await catalog.start()
            let value = try await body(catalog)
            await catalog.end()
            return value
        } catch {
            await catalog.end()
            throw error
        }
    }

    var signerPid: Int32 { get async { await processes.signer?.pid ?? 0 } }

    func startSigner() async throws {
        let process = try TestProcess(try SourceTree.program("holdfast-signer"), ["--state", folder + "/signer", "--socket", signerSocket])
        await processes.set(signer: process)
        try await eventually("the signer is ready; it said: \(process.errors)") {
            process.errors.contains("ready") || process.status() != nil
        }
        guard process.status() == nil else { throw TestFailure("the signer ended: \(process.errors)") }
    }

    func start(_ more: [String] = [], state: String? = nil) async throws {
        let process = try TestProcess(
            try SourceTree.program("holdfast-catalogd"),
            ["--state", state ?? self.state, "--signer", signerSocket, "--listen", socket, "--listen", "127.0.0.1:\(port)"] + more)
        await processes.set(catalog: process)
        try await eventually("the catalog serves; it said: \(process.errors.suffix(600))") {
            if process.status() != nil { throw TestFailure("the catalog ended: \(process.errors)") }
            return (try? await HTTPCall.send(self.socket, "GET", "/healthz"))?.status == 200
        }
    }

    func stop() async throws {
        guard let process = await processes.catalog else { return }
        process.signal(SIGTERM)
        _ = try await process.finished()
        await processes.set(catalog: nil)
    }

    private func end() async {
        try? await stop()
        let signer = await processes.signer
        signer?.signal(SIGTERM)
        _ = try? await signer?.finished()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// `holdfast catalog …`, through the node's command line, as the operator of this folder.
    func run(_ arguments: [String], catalog: String? = nil, environment: [String: String] = [:]) async throws -> TestProcess.Finished {
        var whole = ["HOLDFAST_CATALOG": catalog ?? socket, "HOLDFAST_CATALOG_KEYS": folder + "/keys"]
        whole.merge(environment) { $1 }
        return try await TestProcess.run(try SourceTree.program("holdfast"), ["catalog"] + arguments, environment: whole)
    }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: "\(folder)/\(name)"))
        return "\(folder)/\(name)"
    }

    /// Publishes a small model that differs by its name.
    @discardableResult func publish(_ name: String, _ version: String, _ more: [String] = []) async throws -> TestProcess.Finished {
        let model = try file("\(name)-\(version).gguf", TestModel.bytes(name: "\(name) \(version)"))
        let licence = try file("LICENCE", Array("Do as you like.\n".utf8))
        return try await run(
            ["publish", model, "--name", name, "--version", version, "--license", licence, "--task", "chat", "--alias", "\(name):latest"]
                + more)
    }

    /// A port that was free a moment ago.
    private static func freePort() throws -> UInt16 {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer -> Bool in
                bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard port else { throw TestFailure("no port is free") }
        return UInt16(bigEndian: address.sin_port)
    }
}
