public import HoldfastCrypto

/// A key that verifies notes, with its name and key ID (c2sp.org/signed-note, "Verifier keys"). Ed25519, type 0x01, only.
///
/// As text it is what an auditor is given: `name+hex8+base64(0x01 ‖ public key)`.
public struct NoteVerifierKey: Sendable {
    /// The byte for Ed25519 among signed-note's signature types.
    static let ed25519Type: UInt8 = 1

    public let name: String
    /// The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), big-endian.
    public let keyID: UInt32
    public let publicKey: Ed25519PublicKey

    /// - Throws: ``HoldfastError`` `audit_broken` for a name with a space, `+` or control character, or none.
    public init(name: String, publicKey: Ed25519PublicKey) throws {
        guard NoteKeyName.isValid(name) else {
            throw HoldfastError.malformed("verifier key", "'\(name.prefix(80))' cannot name a key: it is empty or has a space or '+'")
        }
        self.name = name
        self.publicKey = publicKey
        self.keyID = Self.identifier(name: name, publicKey: publicKey)
    }

    /// Reads ``text``.
    /// - Throws: ``HoldfastError`` `audit_broken` for another form, another signature type, or a key ID that is not this key's.
    public init(parsing text: some StringProtocol) throws {
        func refuse(_ why: String) -> HoldfastError { .malformed("verifier key", why) }
        let parts = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw refuse("it does not have the form NAME+ID+KEY") }
        guard let material = StrictBase64.decode(parts[2]), let type = material.first else { throw refuse("its last part is not base 64") }
        guard type == Self.ed25519Type, material.count == 1 + Ed25519PublicKey.byteCount else {
            throw refuse("it is not an Ed25519 key of 32 bytes behind the type byte 1")
        }
        try self.init(name: String(decoding: parts[0], as: UTF8.self), publicKey: Ed25519PublicKey(bytes: material.dropFirst()))
        guard parts[1].elementsEqual(keyIDText.utf8) else { throw refuse("its ID should be \(keyIDText)") }
    }

    /// `name+hex8+base64(0x01 ‖ public key)`.
    public var text: String {
        "\(name)+\(keyIDText)+\(StrictBase64.encode([Self.ed25519Type] + publicKey.bytes))"
    }

    private var keyIDText: String { withUnsafeBytes(of: keyID.bigEndian) { Hex.encode($0) } }

    private static func identifier(name: String, publicKey: Ed25519PublicKey) -> UInt32 {
        SHA256.hash(Array(name.utf8) + [0x0a, ed25519Type] + publicKey.bytes).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}

extension NoteVerifierKey: Hashable {
    public static func == (left: Self, right: Self) -> Bool {
        left.publicKey == right.publicKey && NoteKeyName.same(left.name, right.name)
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(publicKey) }
}
