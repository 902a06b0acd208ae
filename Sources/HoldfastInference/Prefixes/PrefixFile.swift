import CDispatch
import Dispatch
import FoundationEssentials
import Glibc
import HoldfastCrypto
import Synchronization

/// What can be wrong with a saved prefix. Nobody who asks a model ever reads it: without the prefix, the prompt is computed.
enum PrefixFailure: Error, Equatable {
    /// Not what was written: truncated, changed, or another entry's.
    case damaged(String)
    case system(String, Int32)

    static func errno(_ action: String) -> PrefixFailure { .system(action, Glibc.errno) }
}

/// The file of one prefix: a header, then the engine's bytes in pieces of 1 MiB, each sealed with AES-256-GCM under the entry's own key.
///
/// ```
/// "holdfast-prefix1"  16 bytes
/// length of the sealed header, 8 bytes, big-endian
/// sealed header: JSON of PrefixEntry.Header    nonce 0; additional data: magic, entry's name
/// sealed pieces                                nonces 1, 2, …; additional data: magic, entry's name, size, scope and owner
/// ```
/// The size of the file follows from the header, so that it cannot be cut at a piece's border; the scope that a piece is opened with is the
/// one of the caller, so that an entry in another's place does not open.
struct PrefixFile {
    static let magic = Array("holdfast-prefix1".utf8)
    static let pieceBytes = 1 << 20
    private static let longestHeader: UInt64 = 16 << 20

    let descriptor: Int32
    let id: String
    let cipher: AES256GCM

    init(descriptor: Int32, id: String, key: [UInt8]) throws {
        self.descriptor = descriptor
        self.id = id
        self.cipher = try AES256GCM(key: key)
    }

    /// Writes a whole file from the engine's.
    /// - Returns: bytes written.
    func write(_ header: PrefixEntry.Header, from source: Int32, owner: PrefixOwner) throws -> Int64 {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let sealed = try cipher.seal(Array(encoder.encode(header)), nonce: Self.nonce(0), additionalData: headerData)
        var start = Self.magic + withUnsafeBytes(of: UInt64(sealed.count).bigEndian, Array.init) + sealed
        var offset: Int64 = 0
        try start.withUnsafeMutableBytes { try Self.write(descriptor, UnsafeRawBufferPointer($0), at: 0) }
        offset += Int64(start.count)
        let data = pieceData(header, owner)
        var plain = [UInt8](repeating: 0, count: Self.pieceBytes)
        var cover = [UInt8](repeating: 0, count: Self.pieceBytes + AES256GCM.tagByteCount)
        for piece in 0..<Self.pieces(header.slotBytes) {
            let count = Self.length(of: piece, in: header.slotBytes)
            let written = try plain.withUnsafeMutableBytes { plain in
                try cover.withUnsafeMutableBytes { cover in
                    let text = UnsafeMutableRawBufferPointer(rebasing: plain[..<count])
                    let sealed = UnsafeMutableRawBufferPointer(rebasing: cover[..<(count + AES256GCM.tagByteCount)])
                    try Self.read(source, text, at: Int64(piece) * Int64(Self.pieceBytes))
                    try cipher.seal(
                        UnsafeRawBufferPointer(text), nonce: Self.nonce(UInt64(piece) + 1), additionalData: data, into: sealed)
                    try Self.write(descriptor, UnsafeRawBufferPointer(sealed), at: offset)
                    return sealed.count
                }
            }
            offset += Int64(written)
        }
        return offset
    }

    /// - Throws: ``PrefixFailure`` `damaged` when it is not what was written; the pieces are looked at when they are read.
    func header() throws -> (header: PrefixEntry.Header, offset: Int64, size: Int64) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw PrefixFailure.errno("look at a prefix") }
        let size = Int64(status.st_size)
        let start = Self.magic.count + 8
        guard size > start else { throw PrefixFailure.damaged("too short") }
        let opening = try Self.bytes(descriptor, start, at: 0)
        let length = opening[Self.magic.count...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard opening.starts(with: Self.magic), length <= min(Self.longestHeader, UInt64(size) - UInt64(start)) else {
            throw PrefixFailure.damaged("not a prefix")
        }
        let sealed = try Self.bytes(descriptor, Int(length), at: Int64(start))
        guard let json = try cipher.open(sealed, nonce: Self.nonce(0), additionalData: headerData),
            let header = try? JSONDecoder().decode(PrefixEntry.Header.self, from: Data(json))
        else { throw PrefixFailure.damaged("header") }
        let offset = Int64(start) + Int64(length)
        guard header.slotBytes > 0, header.slotBytes < 1 << 44,
            size == offset + header.slotBytes + Int64(Self.pieces(header.slotBytes) * AES256GCM.tagByteCount)
        else { throw PrefixFailure.damaged("size") }
        return (header, offset, size)
    }

    /// Writes the engine's bytes into `target`, on all cores: this is the way to the first token.
    /// - Parameter scope: the caller's; the pieces of another's do not open.
    func read(into target: Int32, scope: PrefixScope, owner: PrefixOwner) throws {
        let (header, offset, _) = try header()
        guard header.scope == scope, header.owner == owner else { throw PrefixFailure.damaged("another's") }
        let data = pieceData(header, owner)
        let failure = Mutex<PrefixFailure?>(nil)
        DispatchQueue.concurrentPerform(iterations: Self.pieces(header.slotBytes)) { piece in
            guard failure.withLock({ $0 == nil }) else { return }
            do {
                try readPiece(piece, of: header.slotBytes, at: offset, data, into: target)
            } catch {
                failure.withLock { $0 = $0 ?? error as? PrefixFailure ?? .damaged("\(error)") }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    private func readPiece(_ piece: Int, of slotBytes: Int64, at offset: Int64, _ data: [UInt8], into target: Int32) throws {
        let count = Self.length(of: piece, in: slotBytes)
        let place = offset + Int64(piece) * Int64(Self.pieceBytes + AES256GCM.tagByteCount)
        try withUnsafeTemporaryAllocation(byteCount: 2 * count + AES256GCM.tagByteCount, alignment: 64) { memory in
            let sealed = UnsafeMutableRawBufferPointer(rebasing: memory[..<(count + AES256GCM.tagByteCount)])
            let plain = UnsafeMutableRawBufferPointer(rebasing: memory[(count + AES256GCM.tagByteCount)...])
            try Self.read(descriptor, sealed, at: place)
            guard
                try cipher.open(
                    UnsafeRawBufferPointer(sealed), nonce: Self.nonce(UInt64(piece) + 1), additionalData: data, into: plain)
            else { throw PrefixFailure.damaged("piece \(piece)") }
            try Self.write(target, UnsafeRawBufferPointer(plain), at: Int64(piece) * Int64(Self.pieceBytes))
        }
    }

    // MARK: Parts

    private var headerData: [UInt8] { Self.magic + Array("header".utf8) + Array(id.utf8) }

    private func pieceData(_ header: PrefixEntry.Header, _ owner: PrefixOwner) -> [UInt8] {
        Self.magic + Array("piece".utf8) + Array(id.utf8) + withUnsafeBytes(of: header.slotBytes.bigEndian, Array.init)
            + header.scope.bytes(for: owner)
    }

    private static func nonce(_ number: UInt64) -> [UInt8] { [0, 0, 0, 0] + withUnsafeBytes(of: number.bigEndian, Array.init) }
    private static func pieces(_ bytes: Int64) -> Int { Int((bytes + Int64(pieceBytes) - 1) / Int64(pieceBytes)) }
    private static func length(of piece: Int, in bytes: Int64) -> Int {
        Int(min(Int64(pieceBytes), bytes - Int64(piece) * Int64(pieceBytes)))
    }

    private static func bytes(_ descriptor: Int32, _ count: Int, at offset: Int64) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBytes { try read(descriptor, $0, at: offset) }
        return bytes
    }

    private static func read(_ descriptor: Int32, _ memory: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        var done = 0
        while done < memory.count {
            let count = pread(descriptor, memory.baseAddress?.advanced(by: done), memory.count - done, off_t(offset) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw PrefixFailure.errno("read a prefix") }
            guard count > 0 else { throw PrefixFailure.damaged("cut short") }
            done += count
        }
    }

    private static func write(_ descriptor: Int32, _ memory: UnsafeRawBufferPointer, at offset: Int64) throws {
        var done = 0
        while done < memory.count {
            let count = pwrite(descriptor, memory.baseAddress?.advanced(by: done), memory.count - done, off_t(offset) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw PrefixFailure.errno("write a prefix") }
            done += count
        }
    }
}
