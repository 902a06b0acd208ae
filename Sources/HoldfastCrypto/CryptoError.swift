import COpenSSL

/// What can go wrong here. HoldfastCore and its callers turn it into a `HoldfastError` where a person would see it.
public enum CryptoError: Error, Equatable, Sendable {
    /// A key, seed or signature of a fixed length had another.
    case wrongLength(what: String, expected: Int, got: Int)
    /// libcrypto refused; `reason` is the oldest entry of its error queue.
    case libraryFailure(function: String, reason: String)
    /// What came from outside is not what it should be.
    case malformed(what: String)

    /// Takes the oldest error off this thread's queue and empties it, so that a later failure does not show this one's reason.
    static func fromLibrary(_ function: String) -> CryptoError {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0 else { return .libraryFailure(function: function, reason: "no reason given") }
        var text = [UInt8](repeating: 0, count: 256)
        text.withUnsafeMutableBytes { buffer in
            ERR_error_string_n(code, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
        }
        return .libraryFailure(function: function, reason: String(decoding: text.prefix { $0 != 0 }, as: UTF8.self))
    }
}

extension CryptoError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .wrongLength(let what, let expected, let got): "\(what) must be \(expected) bytes, not \(got)"
        case .libraryFailure(let function, let reason): "\(function) failed: \(reason)"
        case .malformed(let what): "not \(what)"
        }
    }
}
