import Foundation
import Glibc
import HoldfastCore
import HoldfastTestSupport
import Testing

@testable import HoldfastInference

/// The program that reads a model before an engine does, under the real layers.
struct ModelFileCheckTests {
    private let machine: TestMachine
    private let check = ModelFileCheck(
        launcher: DirectChildLauncher(confinePath: TestMachine.confine), program: TestMachine.program("holdfast-check-gguf"))

    init() throws { machine = try TestMachine() }

    private func model(_ bytes: [UInt8], _ name: String = "hostile") throws -> LoadableModel {
        let path = machine.folder + "/\(name).gguf"
        try Data(bytes).write(to: URL(filePath: path))
        return LoadableModel(
            digest: SHA256Digest(bytes: ([UInt8](name.utf8) + [UInt8](repeating: 0, count: 32)).prefix(32))!, path: path,
            name: try ModelName(parsing: name), trainedContext: nil)
    }

    /// The bytes of a sound model with `number` at the end of the fixture's tensor description, or somewhere after.
    private static func spoiled(_ change: (inout [UInt8]) -> Void) -> [UInt8] {
        var bytes = TestModel.bytes()
        change(&bytes)
        return bytes
    }

    /// Where the description of `norm.weight` starts: its name's length, its name, one dimension, 64, type F32, offset 0.
    private static let description = TestModel.bytes().firstRange(of: Array("norm.weight".utf8))!.upperBound
    private static func put(_ number: UInt64, at place: Int) -> (inout [UInt8]) -> Void {
        { bytes in for index in 0..<8 { bytes[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index)) } }
    }

    static let hostile: [(String, [UInt8], String)] = [
        ("empty", [], "magic"),
        ("another kind of file", Array("not a model at all".utf8), "magic"),
        ("cut off in the header", Array(TestModel.bytes().prefix(100)), "cut off"),
        ("cut off in the body", TestModel.bytes().dropLast(32), "would end past the file's"),
        ("tensor count of 2^62", spoiled(put(1 << 62, at: 8)), "tensor_count"),
        ("dimension of 2^62", spoiled(put(1 << 62, at: description + 4)), "multiply to more than 2^63"),
        ("a dimension that is negative", spoiled(put(1 << 63, at: description + 4)), "dimension 0"),
        ("a dimension of 0", spoiled(put(0, at: description + 4)), "dimension 0"),
        ("more than the file has", spoiled(put(65, at: description + 4)), "would end past the file's"),
        ("an offset that wraps around", spoiled(put(.max - 31, at: description + 16)), "would end past the file's"),
        ("an offset that is not aligned", spoiled(put(1, at: description + 16)), "alignment"),
        ("an unknown type", spoiled { $0[description + 12] = 200 }, "not a known ggml type"),
        ("a number that is none", spoiled { $0.replaceSubrange($0.count - 4..<$0.count, with: [0, 0, 0xc0, 0x7f]) }, "infinite or none"),
    ]

    @Test("A hostile file is refused by name and reason", arguments: hostile.indices)
    func refused(index: Int) async throws {
        defer { machine.remove() }
        let (_, bytes, why) = Self.hostile[index]
        let model = try model(bytes)
        let error = await failure { try await check.check(model) }
        #expect(error?.code == .modelInvalid, "\(Self.hostile[index].0): \(String(describing: error))")
        #expect(error?.message.contains("hostile:latest") == true && error?.message.contains(why) == true, "\(String(describing: error))")
        #expect(error?.hint?.contains("holdfast model") == true)
    }

    @Test("A sound file passes, is read once, and an engine never sees one that does not pass")
    func passes() async throws {
        defer { machine.remove() }
        let sound = try model(TestModel.bytes(), "sound")
        try await check.check(sound)
        // A digest names its bytes: it is not read again. (The blob's own gate is what notices a changed file.)
        try Data("gone".utf8).write(to: URL(filePath: sound.path))
        try await check.check(sound)
        let hostile = try model(Array(TestModel.bytes().dropLast()))
        let location = EngineLocation(
            path: TestMachine.scriptedEngine, kind: .configured, version: "test", digest: sound.digest, folder: nil, isHosted: true)
        let driver = LlamaDriver(
            locate: { location }, launcher: DirectChildLauncher(confinePath: TestMachine.confine), check: check,
            runtimeFolder: machine.folder)
        #expect(await failure { _ = try await driver.start(hostile) }?.code == .modelInvalid)
        #expect(!FileManager.default.fileExists(atPath: machine.folder + "/engines"), "nothing was started")
    }

    @Test("Its filter is narrower still: the reader may open no socket and start nothing")
    func reader() async throws {
        defer { machine.remove() }
        // /bin/true in the reader's place, by way of holdfast-confine: it cannot even be executed.
        let process = try await DirectChildLauncher(confinePath: TestMachine.confine).launch(
            EngineLaunch(program: "/bin/true", arguments: [], kind: .native))
        #expect(await process.wait() == .code(0))
        let outcome = try await TestProcess.run(
            "/bin/sh", ["-c", "exec \"$0\" --parent $PPID --calls reader --landlock off -- /bin/true", TestMachine.confine])
        #expect(outcome.status == 126 && outcome.errors.contains("Function not implemented"), "\(outcome)")
    }

    @Test("A check that cannot be confined is none: nothing is read")
    func unconfined() async throws {
        defer { machine.remove() }
        var confinement = EngineConfinement()
        confinement.landlockVersion = 999
        let check = ModelFileCheck(
            launcher: DirectChildLauncher(confinePath: TestMachine.confine, confinement: confinement),
            program: TestMachine.program("holdfast-check-gguf"))
        let sound = try model(TestModel.bytes())
        let error = await failure { try await check.check(sound) }
        #expect(error?.code == .engineUnconfined && error?.message.contains("version 999 is required") == true)
    }
}
