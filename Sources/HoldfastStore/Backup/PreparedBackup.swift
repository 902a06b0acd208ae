import Glibc
public import HoldfastCore
import HoldfastCrypto

/// A backup that is ready to be written: the copy of the database it holds open goes with it.
public struct PreparedBackup: Sendable {
    private static let pieceSize = 1 << 20

    public let manifest: BackupManifest
    let note: SignedNote
    let database: OpenFile
    let sealedKey: [UInt8]?
    let blobs: BlobStore

    /// SHA-256 of the signed manifest: names this backup.
    public var digest: SHA256Digest? { SHA256Digest(bytes: SHA256.hash(Array(note.encoded.utf8))) }

    /// The archive, piece by piece.
    /// - Parameter write: called in order, with at most a mebibyte.
    /// - Throws: ``HoldfastError`` `model_corrupt` when a model's file is not what it was; then what was written is no backup. What `write` throws.
    public func stream(_ write: ([UInt8]) async throws -> Void) async throws {
        let time = manifest.time / 1000
        let text = Array(note.encoded.utf8)
        try await write(
            TarWriter.header(BackupManifest.member, size: Int64(text.count), time: time) + text
                + TarWriter.padding(after: Int64(text.count)))
        for file in manifest.files {
            try await write(TarWriter.header(file.path, size: file.size, time: time))
            if file.path == BackupManifest.sealedKey, let sealedKey {
                try await write(sealedKey)
            } else if file.model != nil {
                let blob = try blobs.open(file.digest)
                try await stream(file, write) { try blob.read(at: UInt64($0), count: Self.pieceSize) }
            } else {
                try await stream(file, write) { offset in
                    var buffer = [UInt8](repeating: 0, count: Self.pieceSize)
                    let got = try buffer.withUnsafeMutableBytes { try database.read(at: offset, into: $0) }
                    return got == buffer.count ? buffer : Array(buffer.prefix(got))
                }
            }
            try await write(TarWriter.padding(after: file.size))
        }
        try await write(TarWriter.end)
    }

    private func stream(
        _ file: BackupManifest.File, _ write: ([UInt8]) async throws -> Void, _ read: (Int64) throws -> [UInt8]
    ) async throws {
        var hasher = SHA256Hasher()
        var offset: Int64 = 0
        while offset < file.size {
            let piece = try read(offset)
            guard !piece.isEmpty else { break }
            hasher.update(piece)
            offset += Int64(piece.count)
            // The last piece only once its file is known to be good.
            if offset >= file.size {
                guard offset == file.size, hasher.finalize() == file.digest.bytes else { throw Self.changed(file) }
            }
            try await write(piece)
        }
        guard offset == file.size else { throw Self.changed(file) }
    }

    private static func changed(_ file: BackupManifest.File) -> HoldfastError {
        HoldfastError(
            .modelCorrupt, "The backup was broken off: the file of model \(file.digest.short) is not what was added.",
            hint: "holdfast model verify --all; or holdfast backup FILE --without-models")
    }
}
