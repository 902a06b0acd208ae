import HoldfastCrypto

/// Reads a backup as its bytes come, and holds each member against the manifest at its beginning. What the manifest says is not to be believed
/// before somebody has held a key against the note.
public struct BackupReader: Sendable {
    public enum Event {
        case manifest(BackupManifest, SignedNote)
        case file(BackupManifest.File)
        case data(UnsafeRawBufferPointer)
        /// The file is whole and has its digest.
        case end
    }

    private enum Part: Sendable {
        case outside
        case manifest([UInt8])
        case file(BackupManifest.File, SHA256Hasher)
    }

    private var reader = TarReader()
    private var part = Part.outside
    private var manifest: BackupManifest?
    private var next = 0

    public init() {}

    /// - Throws: ``HoldfastError`` `backup_invalid`, and what `take` throws.
    public mutating func read(_ bytes: UnsafeRawBufferPointer, _ take: (Event) throws -> Void) throws {
        var reader = reader
        do {
            try reader.read(bytes) { try self.take($0, take) }
        } catch let error as HoldfastError where error.code == .archiveInvalid {
            throw BackupManifest.refuse("it is no backup archive, or was changed: \(error.message)")
        }
        self.reader = reader
    }

    /// - Throws: ``HoldfastError`` `backup_invalid` when something is missing.
    public func finish() throws -> BackupManifest {
        guard let manifest else { throw BackupManifest.refuse("it is empty, or cut off at its beginning") }
        guard next == manifest.files.count, (try? reader.finish()) != nil else {
            throw BackupManifest.refuse("it is cut off: \(next) of its \(manifest.files.count) files are whole")
        }
        return manifest
    }

    private mutating func take(_ event: TarReader.Event, _ give: (Event) throws -> Void) throws {
        switch event {
        case .member(let member):
            guard let manifest else {
                guard member.path == BackupManifest.member, member.kind == .file, member.size < SignedNote.maximumByteCount else {
                    throw BackupManifest.refuse("it does not begin with a manifest")
                }
                part = .manifest([])
                return
            }
            guard next < manifest.files.count, manifest.files[next].path == member.path, manifest.files[next].size == member.size,
                member.kind == .file
            else { throw BackupManifest.refuse("its member '\(member.path)' is not the one its manifest names") }
            part = .file(manifest.files[next], SHA256Hasher())
            try give(.file(manifest.files[next]))
        case .data(let bytes):
            switch part {
            case .outside: break
            case .manifest(let begun): part = .manifest(begun + bytes)
            case .file(let file, var hasher):
                hasher.update(bytes)
                part = .file(file, hasher)
                try give(.data(bytes))
            }
        case .end:
            defer { part = .outside }
            switch part {
            case .outside: break
            case .manifest(let bytes): try read(manifest: bytes, give)
            case .file(let file, let hasher):
                guard hasher.finalize() == file.digest.bytes else { throw BackupManifest.refuse("its member '\(file.path)' was changed") }
                next += 1
                try give(.end)
            }
        }
    }

    private mutating func read(manifest bytes: [UInt8], _ give: (Event) throws -> Void) throws {
        guard let note = try? SignedNote(parsing: bytes) else { throw BackupManifest.refuse("its manifest is malformed") }
        let manifest = try BackupManifest(parsing: note.text)
        self.manifest = manifest
        try give(.manifest(manifest, note))
    }
}
