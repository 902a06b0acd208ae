/// A folder of files as the disk and the page cache have them, moved on operation by operation.
public struct CrashFolder {
    struct Name {
        /// The file it certainly leads to; nil for none.
        var durable: Int?
        /// What was made of it since, in order, and by which operation.
        var versions: [(operation: Int, file: Int?)] = []
        var current: Int? { versions.isEmpty ? durable : versions[versions.count - 1].file }

        /// What it led to once the operations up to this one had happened.
        func file(at operation: Int) -> Int? {
            versions.last { $0.operation <= operation }.map(\.file) ?? durable
        }
    }

    public let sectorSize: Int
    /// Operations that have happened.
    public private(set) var position = 0
    /// Every file there ever was; a name leads to at most one.
    private(set) var files: [CrashFile] = []
    private(set) var names: [String: Name] = [:]
    /// Files were renamed since the folder was last synced. A rename happens whole or not at all, and so names change in their order.
    private(set) var hasRenames = false

    /// - Parameters:
    ///   - sectorSize: what the disk writes whole or not at all, unless it tears: 512 or 4096.
    ///   - content: files that are there, durably.
    public init(sectorSize: Int, content: [String: [UInt8]] = [:]) {
        self.sectorSize = sectorSize
        for (name, bytes) in content {
            names[name] = Name(durable: files.count)
            files.append(CrashFile(sectorSize: sectorSize, content: bytes))
        }
    }

    public mutating func advance(to position: Int, of disk: CrashDisk) {
        while self.position < position {
            apply(disk.operation(self.position))
            self.position += 1
        }
    }

    mutating func apply(_ operation: CrashOperation) {
        switch operation {
        case .create(let name): make(name)
        case .delete(let name): names[name, default: Name()].versions.append((position, nil))
        case .write(let name, let offset, let bytes):
            let file = file(name)
            files[file].write(bytes, at: offset, operation: position)
        case .resize(let name, let size):
            let file = file(name)
            files[file].resize(size, operation: position)
        // A file nobody wrote to through SQLite is not followed.
        case .sync(let name): if let file = names[name]?.current { files[file].sync() }
        case .failedSync(let name): if let file = names[name]?.current { files[file].failSync() }
        case .folderSync:
            for (name, state) in names { names[name] = Name(durable: state.current) }
            hasRenames = false
        case .rename(let name, let target):
            guard let file = names[name]?.current else { return }
            names[target, default: Name()].versions.append((position, file))
            names[name]?.versions.append((position, nil))
            hasRenames = true
        }
    }

    /// A file that is written to without having been made was made by someone else just before, without a sync of the folder.
    private mutating func file(_ name: String) -> Int { names[name]?.current ?? make(name) }

    @discardableResult private mutating func make(_ name: String) -> Int {
        names[name, default: Name()].versions.append((position, files.count))
        files.append(CrashFile(sectorSize: sectorSize))
        return files.count - 1
    }
}
