public import HoldfastCrypto

/// Signs for a role: a key at hand, or one behind a socket.
public protocol TUFSigning: Sendable {
    var key: TUFKey { get }
    func sign(_ message: [UInt8]) throws -> [UInt8]
}

/// An Ed25519 key at hand.
public struct TUFEd25519Signer: TUFSigning {
    public let key: TUFKey
    private let privateKey: Ed25519PrivateKey

    public init(_ privateKey: Ed25519PrivateKey) {
        self.privateKey = privateKey
        key = TUFKey(privateKey.publicKey)
    }

    public func sign(_ message: [UInt8]) throws -> [UInt8] { try privateKey.sign(message) }
}
