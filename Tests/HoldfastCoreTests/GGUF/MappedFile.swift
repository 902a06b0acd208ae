import Foundation
import HoldfastCore

/// A whole file, mapped: for the real models.
struct MappedFile: RandomAccessBytes {
    private let data: Data
    var size: UInt64 { UInt64(data.count) }

    init(path: String) throws { data = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped) }

    func read(at offset: UInt64, count: Int) -> [UInt8] {
        let start = min(Int(clamping: offset), data.count)
        return Array(data[start..<min(start + count, data.count)])
    }
}
