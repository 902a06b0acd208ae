/// A log's claim about itself: so many records, and this root (c2sp.org/tlog-checkpoint, without extension lines).
public struct Checkpoint: Sendable {
    /// The log's identity, such as `holdfast.local/node/<id>`; also the name of its key.
    public let origin: String
    /// Records.
    public let size: Int
    public let root: MerkleHash

    /// - Throws: ``HoldfastError`` `audit_broken` for an origin that is empty or has a control character, a negative size, or an empty tree
    ///   with another root than the empty one.
    public init(origin: String, size: Int, root: MerkleHash) throws {
        guard !origin.isEmpty, !origin.utf8.contains(where: { $0 < 0x20 }) else { throw Self.refuse("its origin is not one line of text") }
        guard size >= 0 else { throw Self.refuse("its size is negative") }
        guard size > 0 || root == .emptyRoot else { throw Self.refuse("its tree is empty and its root is not") }
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Three lines: origin, size, root in base 64. The text of the note that carries it.
    public var text: String { "\(origin)\n\(size)\n\(root.base64)\n" }

    /// Reads ``text``.
    /// - Throws: ``HoldfastError`` `audit_broken` for anything ``text`` would not write; extension lines, which no log of ours has, among it.
    public init(parsing text: String) throws {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty else {
            throw Self.refuse("it is not the three lines origin, size and root")
        }
        guard let size = StrictDecimal.decode(lines[1]) else { throw Self.refuse("its size is not a decimal number") }
        guard let root = StrictBase64.decode(lines[2]).flatMap({ MerkleHash(bytes: $0) }) else {
            throw Self.refuse("its root is not 32 bytes in base 64")
        }
        try self.init(origin: String(decoding: lines[0], as: UTF8.self), size: size, root: root)
    }

    /// - Throws: `CryptoError` when libcrypto fails.
    public func signed(by signers: [NoteSigner]) throws -> SignedNote {
        try SignedNote(text: text, signers: signers)
    }

    /// The checkpoint in a note, believed only when one of the log's keys has signed it.
    /// - Parameters:
    ///   - origin: the log the caller means; a true checkpoint of another log is refused.
    ///   - keys: the log's keys; more than one after a rotation. Witnesses' keys do not belong here.
    /// - Throws: ``HoldfastError`` `audit_broken`.
    public init(verifying note: SignedNote, origin: String, keys: [NoteVerifierKey]) throws {
        _ = try note.verify(keys: keys)
        try self.init(parsing: note.text)
        guard NoteKeyName.same(self.origin, origin) else {
            throw Self.refuse("it is of the log '\(self.origin.prefix(80))' and not of '\(origin.prefix(80))'")
        }
    }

    private static func refuse(_ why: String) -> HoldfastError { .malformed("checkpoint", why) }
}

extension Checkpoint: Hashable {
    public static func == (left: Self, right: Self) -> Bool {
        left.size == right.size && left.root == right.root && NoteKeyName.same(left.origin, right.origin)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(size)
        hasher.combine(root)
    }
}
