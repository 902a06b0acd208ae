import Foundation
import Glibc

/// Every file of a folder, to look for bytes in.
struct StateFiles {
    private let files: [(name: String, bytes: Data)]

    init(_ folder: String) throws {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        files = try names.compactMap { name in
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder), !isFolder.boolValue else { return nil }
            return (name, try Data(contentsOf: URL(filePath: "\(folder)/\(name)")))
        }
    }

    var names: [String] { files.map(\.name) }

    /// The files in which `needle` is.
    func holding(_ needle: some Collection<UInt8>) -> [String] {
        let needle = Array(needle)
        return files.filter { file in
            file.bytes.withUnsafeBytes { bytes in
                bytes.count > 0 && memmem(bytes.baseAddress!, bytes.count, needle, needle.count) != nil
            }
        }.map(\.name)
    }

    /// How many of `needles` are in any file.
    func count(of needles: some Collection<[UInt8]>) -> Int { needles.count { !holding($0).isEmpty } }
}
