/// A file as the disk and the page cache have it: what is certain, and every state each sector may be left in by a power cut now.
struct CrashFile {
    struct Version {
        /// Place of the operation that made it.
        let operation: Int
        let bytes: [UInt8]
    }

    struct Sector {
        /// Ascending by operation; the last one is what a reader sees.
        var versions: [Version] = []
        /// A failed sync took the sector for written: no later sync writes it, until it is changed again.
        var isForgotten = false
    }

    /// The kernel writes pages, so that changing a part of one writes all of it again.
    private static let pageSize = 4096

    let sectorSize: Int
    /// What readers see.
    private(set) var current: [UInt8]
    /// What is certainly on the disk.
    private(set) var durable: [UInt8]
    /// Sectors that may still have their durable content, or any version.
    private(set) var pending: [Int: Sector] = [:]
    /// Sizes the file may have, with the operations that gave it them; the first is the durable one.
    private(set) var sizes: [(operation: Int, size: Int)]

    init(sectorSize: Int, content: [UInt8] = []) {
        self.sectorSize = sectorSize
        current = content
        durable = content
        sizes = [(-1, content.count)]
    }

    mutating func write(_ bytes: [UInt8], at offset: Int, operation: Int) {
        let end = offset + bytes.count
        let old = current.count
        if end > old {
            current += [UInt8](repeating: 0, count: end - old)
            sizes.append((operation, end))
            remember(old..<max(old, offset), operation)
        }
        current.withUnsafeMutableBytes { target in
            UnsafeMutableRawBufferPointer(rebasing: target[offset..<end]).copyBytes(from: bytes)
        }
        remember(offset..<end, operation)
    }

    /// A file is cut by one change of what the file system says of it: after a power cut it is as it was or cut, and in neither case are some
    /// of its sectors empty. They are once it grows again.
    mutating func resize(_ size: Int, operation: Int) {
        let old = current.count
        if size < old {
            current.removeLast(old - size)
        } else {
            current += [UInt8](repeating: 0, count: size - old)
            remember(old..<size, operation)
        }
        sizes.append((operation, size))
    }

    mutating func sync() {
        durable.reserveCapacity(current.count)
        if durable.count > current.count { durable.removeLast(durable.count - current.count) }
        if durable.count < current.count { durable += [UInt8](repeating: 0, count: current.count - durable.count) }
        for (number, sector) in pending where !sector.isForgotten {
            let start = number * sectorSize
            let end = min(start + sectorSize, current.count)
            if start < end { durable.replaceSubrange(start..<end, with: current[start..<end]) }
            pending[number] = nil
        }
        sizes = [(-1, current.count)]
    }

    mutating func failSync() {
        for number in pending.keys { pending[number]?.isForgotten = true }
    }

    /// The durable content of a sector, zero where the disk has none.
    func durable(_ sector: Int) -> [UInt8] { Self.cut(durable, sector, sectorSize) }

    private mutating func remember(_ range: Range<Int>, _ operation: Int) {
        guard !range.isEmpty else { return }
        for number in range.lowerBound / sectorSize...(range.upperBound - 1) / sectorSize {
            pending[number, default: Sector()].versions.append(
                Version(operation: operation, bytes: Self.cut(current, number, sectorSize)))
        }
        let first = range.lowerBound / Self.pageSize * Self.pageSize / sectorSize
        let last = ((range.upperBound - 1) / Self.pageSize * Self.pageSize + Self.pageSize - 1) / sectorSize
        for number in first...last { pending[number]?.isForgotten = false }
    }

    private static func cut(_ bytes: [UInt8], _ sector: Int, _ size: Int) -> [UInt8] {
        let start = min(sector * size, bytes.count)
        let end = min(start + size, bytes.count)
        return Array(bytes[start..<end]) + [UInt8](repeating: 0, count: size - (end - start))
    }
}
