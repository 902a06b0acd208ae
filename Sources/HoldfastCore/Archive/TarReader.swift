/// Reads a tar archive as its bytes come: POSIX.1-2017 `ustar` and `pax` (path, linkpath, size), and GNU's long names.
///
/// Whatever it does not take is refused, by name: hard links, devices, sparse files, names and links that lead out, a member after the end. A
/// link may lead to another link; whoever unpacks must create nothing through one.
public struct TarReader: Sendable {
    public enum Event {
        case member(TarMember)
        /// Bytes of the file whose member came last.
        case data(UnsafeRawBufferPointer)
        /// The member that came last is whole.
        case end
    }

    private enum Part: Sendable {
        case header
        case data(remaining: Int64, padding: Int)
        case extended(TarHeader.Kind, remaining: Int, padding: Int)
        case padding(Int)
        /// Two blocks of zeros came: the rest is zeros.
        case over
    }

    private static let blockSize = 512
    /// Bytes of one extended header.
    private static let maximumExtended = 64 << 10
    private var part = Part.header
    private var block: [UInt8] = []
    private var extended: [UInt8] = []
    private var overrides = TarHeader.Overrides()
    private var emptyBlocks = 0
    private var hasMembers = false

    public init() { block.reserveCapacity(Self.blockSize) }

    /// - Parameter take: called in the order of the archive; what it throws ends the reading.
    /// - Throws: ``HoldfastError`` `archive_invalid`.
    public mutating func read(_ bytes: UnsafeRawBufferPointer, _ take: (Event) throws -> Void) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch part {
            case .header:
                let piece = rest.prefix(Self.blockSize - block.count)
                block += piece
                rest = rest.dropFirst(piece.count)
                if block.count == Self.blockSize {
                    try header(take)
                    block.removeAll(keepingCapacity: true)
                }
            case .data(let remaining, let padding):
                let piece = rest.prefix(Int(clamping: remaining))
                try take(.data(UnsafeRawBufferPointer(rebasing: piece)))
                rest = rest.dropFirst(piece.count)
                part = .data(remaining: remaining - Int64(piece.count), padding: padding)
                if remaining == Int64(piece.count) {
                    part = padding > 0 ? .padding(padding) : .header
                    try take(.end)
                }
            case .extended(let kind, let remaining, let padding):
                let piece = rest.prefix(remaining)
                extended += piece
                rest = rest.dropFirst(piece.count)
                part = .extended(kind, remaining: remaining - piece.count, padding: padding)
                if remaining == piece.count {
                    try overrides.take(kind, extended)
                    extended = []
                    part = padding > 0 ? .padding(padding) : .header
                }
            case .padding(let count):
                let skipped = min(count, rest.count)
                rest = rest.dropFirst(skipped)
                part = skipped == count ? .header : .padding(count - skipped)
            case .over:
                guard rest.allSatisfy({ $0 == 0 }) else { throw Self.refuse("something follows its end") }
                return
            }
        }
    }

    /// - Throws: ``HoldfastError`` `archive_invalid` when the archive is cut off or empty.
    public func finish() throws {
        guard case .over = part else { throw Self.refuse("it is cut off: its end is missing") }
        guard hasMembers else { throw Self.refuse("it is empty") }
    }

    private mutating func header(_ take: (Event) throws -> Void) throws {
        if block.allSatisfy({ $0 == 0 }) {
            emptyBlocks += 1
            if emptyBlocks == 2 { part = .over }
            return
        }
        guard emptyBlocks == 0 else { throw Self.refuse("a member follows a block of zeros") }
        let header = try TarHeader(block)
        switch header.kind {
        case .extended, .longName, .longLink, .global:
            guard header.size <= Self.maximumExtended else { throw Self.refuse("an extended header has \(header.size) bytes") }
            let size = Int(header.size)
            part = size == 0 ? .header : .extended(header.kind, remaining: size, padding: Self.padding(after: header.size))
        case .file, .folder, .link:
            defer { overrides = TarHeader.Overrides() }
            let size = header.kind == .file ? overrides.size ?? header.size : 0
            part = size == 0 ? .header : .data(remaining: size, padding: Self.padding(after: size))
            guard let path = try TarPath.plain(overrides.path ?? header.name) else {
                guard header.kind == .folder else { throw Self.refuse("a file has no name") }
                return
            }
            hasMembers = true
            try take(.member(try member(header, path, size)))
            if size == 0 { try take(.end) }
        }
    }

    private func member(_ header: TarHeader, _ path: String, _ size: Int64) throws -> TarMember {
        switch header.kind {
        case .link:
            guard let target = TarPath.text(overrides.linkPath ?? header.linkName), TarPath.staysInside(target, from: path) else {
                throw Self.refuse("the link '\(path)' leads out of the archive")
            }
            return TarMember(path: path, kind: .link(to: target))
        case .folder: return TarMember(path: path, kind: .folder)
        default: return TarMember(path: path, kind: .file, size: size, isExecutable: header.mode & 0o100 != 0)
        }
    }

    private static func padding(after size: Int64) -> Int { Int((512 - size % 512) % 512) }

    static func refuse(_ why: String) -> HoldfastError {
        HoldfastError(.archiveInvalid, "The archive cannot be used: \(why).", hint: "tar -tvf FILE shows what is in it")
    }
}
