import FoundationEssentials
import Glibc

/// A folder that goes, with the files in it, when the test is over.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/holdfast-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FakeNode.Failure(what: "mkdtemp", number: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// - Returns: the file's path.
    func file(_ name: String, _ bytes: some Collection<UInt8>) throws -> String {
        let path = "\(self.path)/\(name)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { close(descriptor) }
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw FakeNode.Failure(what: "write \(path)", number: errno) }
            rest = rest.dropFirst(count)
        }
        return path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
