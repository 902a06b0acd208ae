import Foundation

/// The files of a folder as one power cut may have left them.
public struct CrashImage: Sendable {
    /// What became of the sectors and names that no sync had made certain.
    public enum Kind: String, Sendable, CaseIterable {
        /// All were written: the processes died and the power stayed.
        case kept
        /// None was.
        case lost
        /// Those up to some moment were, in order.
        case ordered
        /// Some were, with their last content.
        case subset
        /// Some were, each with any content it ever had: later writes without earlier ones.
        case reordered
        /// As subset, and some sectors are partly old and partly new.
        case torn
        /// As subset, and where the file grew over what was not written is what other files left there.
        case stale
    }

    public let files: [String: [UInt8]]

    public init(_ folder: CrashFolder, _ kind: Kind, using random: inout SplitMix64) {
        var files: [String: [UInt8]] = [:]
        let keepsNames = kind == .kept || (kind != .lost && Bool.random(using: &random))
        let operations = folder.names.values.flatMap { $0.versions.map(\.operation) }.sorted()
        let moment = ([-1] + operations).randomElement(using: &random) ?? -1
        for (name, state) in folder.names.sorted(by: { $0.key < $1.key }) {
            let choices = [state.durable] + state.versions.map(\.file)
            let chosen: Int? =
                if keepsNames { state.current } else if kind == .lost { state.durable } else if folder.hasRenames {
                    state.file(at: moment)
                } else { choices.randomElement(using: &random) ?? nil }
            guard let file = chosen else { continue }
            files[name] = Self.content(folder.files[file], kind, &random)
        }
        self.files = files
    }

    public func write(to folder: String) throws {
        for (name, bytes) in files {
            guard FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data(bytes), attributes: [.posixPermissions: 0o600])
            else { throw TestFailure("cannot write \(folder)/\(name)") }
        }
    }

    private static func content(_ file: CrashFile, _ kind: Kind, _ random: inout SplitMix64) -> [UInt8] {
        if kind == .lost { return file.durable }
        if kind == .kept { return file.current }
        let operations = file.pending.values.flatMap { $0.versions.map(\.operation) }
        let moment = operations.randomElement(using: &random) ?? 0
        let share = Double.random(in: 0...1, using: &random)
        var bytes = file.durable
        let size: Int
        switch kind {
        case .ordered: size = file.sizes.last { $0.operation <= moment }?.size ?? bytes.count
        default: size = (Bool.random(using: &random) ? file.sizes.last : file.sizes.randomElement(using: &random))?.size ?? bytes.count
        }
        if bytes.count > size { bytes.removeLast(bytes.count - size) }
        if bytes.count < size { bytes += [UInt8](repeating: 0, count: size - bytes.count) }
        for (number, sector) in file.pending.sorted(by: { $0.key < $1.key }) where number * file.sectorSize < size {
            let old = file.durable(number)
            let isNew = number * file.sectorSize >= file.durable.count
            let content: [UInt8]? =
                switch kind {
                case .ordered: sector.versions.last { $0.operation <= moment }?.bytes
                case .reordered: ([nil] + sector.versions.map { Optional($0.bytes) }).randomElement(using: &random) ?? nil
                default: Double.random(in: 0...1, using: &random) < share ? sector.versions.last?.bytes : nil
                }
            var chosen = content ?? (kind == .stale && isNew ? old.map { _ in UInt8.random(in: 0...255, using: &random) } : old)
            if kind == .torn, Int.random(in: 0..<4, using: &random) == 0, let new = sector.versions.last?.bytes {
                let cut = Int.random(in: 0...old.count, using: &random)
                chosen = Bool.random(using: &random) ? Array(new[..<cut] + old[cut...]) : Array(old[..<cut] + new[cut...])
            }
            let start = number * file.sectorSize
            let end = min(start + file.sectorSize, size)
            bytes.replaceSubrange(start..<end, with: chosen[..<(end - start)])
        }
        return bytes
    }
}
