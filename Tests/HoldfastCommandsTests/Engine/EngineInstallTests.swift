import Foundation
import HoldfastCore
import HoldfastTestSupport
import NIOCore
import Testing

@testable import HoldfastCommands

@Suite("holdfast engine install")
struct EngineInstallTests {
    @Test(
        "an engine is called like its file",
        arguments: [
            ("/x/llamacpp-b9.tar.gz", "llamacpp-b9"), ("a.tgz", "a"), ("a.tar.zst", "a"), ("a.tar", "a"), ("plain", "plain"),
        ])
    func name(file: String, name: String) { #expect(EngineInstall.name(of: file) == name) }

    @Test("an archive is read plain or through the program that unpacks it, and what that refuses is an error")
    func unpacking() async throws {
        let folder = try TemporaryFolder()
        let plain = folder.path + "/a"
        let content = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) })
        try content.write(to: URL(filePath: plain))
        try await TestProcess.run("/usr/bin/gzip", ["-k", plain], environment: [:]).succeeded()
        func read(_ path: String) throws -> Data {
            let file = try ArchiveFile(path: path)
            var data = Data()
            while true {
                let buffer = try file.read(65_536)
                if buffer.readableBytes == 0 { break }
                data.append(contentsOf: Array(buffer.readableBytesView))
            }
            try file.finish()
            return data
        }
        #expect(try read(plain) == content)
        #expect(try read(plain + ".gz") == content)
        var cut = try Data(contentsOf: URL(filePath: plain + ".gz"))
        cut.removeLast(cut.count / 2)
        try cut.write(to: URL(filePath: plain + ".cut"))
        #expect(throws: HoldfastError.self) { try read(plain + ".cut") }
        #expect(throws: HoldfastError.self) { try read(folder.path) }
    }
}

extension TestProcess.Finished {
    @discardableResult fileprivate func succeeded() throws -> Self {
        guard status == 0 else { throw TestFailure("status \(status): \(errors)") }
        return self
    }
}
