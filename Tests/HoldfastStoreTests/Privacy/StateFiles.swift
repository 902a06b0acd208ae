import Foundation
import Glibc

/// Every file of a folder, to look for bytes in.
struct StateFiles {
    private let files: [(name: String, bytes: [UInt8])]

    init(_ folder: String) throws {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        files = try names.compactMap { name in
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder), !isFolder.boolValue else {
                return nil
            }
            return (name, Array(try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))))
        }
    }

    var names: [String] { files.map(\.name) }

    func holds(_ needle: [UInt8]) -> Bool { count(of: [needle]) == 1 }

    /// How many of `needles`, each of at least three bytes, are in any file. One pass over each.
    func count(of needles: [[UInt8]]) -> Int {
        var byBeginning = [[Int]](repeating: [], count: 1 << 16)
        for (number, needle) in needles.enumerated() { byBeginning[Int(needle[0]) << 8 | Int(needle[1])].append(number) }
        var found: Set<Int> = []
        for file in files {
            file.bytes.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress, bytes.count > 1 else { return }
                for offset in 0..<bytes.count - 1 {
                    let candidates = byBeginning[Int(bytes[offset]) << 8 | Int(bytes[offset + 1])]
                    if candidates.isEmpty { continue }
                    for number in candidates where needles[number].count <= bytes.count - offset {
                        if memcmp(start + offset, needles[number], needles[number].count) == 0 { found.insert(number) }
                    }
                }
            }
        }
        return found.count
    }
}
