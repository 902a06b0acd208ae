import COpenSSL

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D), with a nonce of 96 bits and a whole tag of 128.
///
/// A value that keeps only its key: a context is made for each message, so there is nothing to share between threads. A nonce must never
/// come twice with one key; callers count, and use a key for one file.
public struct AES256GCM: Sendable {
    public static let keyByteCount = 32
    public static let nonceByteCount = 12
    public static let tagByteCount = 16

    private let secret: SecretBytes

    /// - Parameter key: 32 bytes.
    public init(key: some Collection<UInt8>) throws(CryptoError) {
        guard key.count == Self.keyByteCount else {
            throw .wrongLength(what: "an AES-256 key", expected: Self.keyByteCount, got: key.count)
        }
        secret = SecretBytes(copying: key)
    }

    /// Encrypts and authenticates; `additionalData` is only authenticated.
    /// - Parameter sealed: as long as the plaintext and 16 bytes more: ciphertext, then tag.
    public func seal(
        _ plaintext: UnsafeRawBufferPointer, nonce: [UInt8], additionalData: [UInt8], into sealed: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) {
        try check(nonce, plaintext: plaintext.count, sealed: sealed.count)
        let context = try makeContext()
        defer { EVP_CIPHER_CTX_free(context) }
        guard EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1 else { throw .fromLibrary("EVP_EncryptInit_ex") }
        var count: Int32 = 0
        // To libcrypto, "no input" says that the message is over: what is empty is not handed over at all.
        let taken =
            (additionalData.isEmpty || EVP_EncryptUpdate(context, nil, &count, additionalData, Int32(additionalData.count)) == 1)
            && (plaintext.isEmpty
                || EVP_EncryptUpdate(
                    context, sealed.baseAddress?.assumingMemoryBound(to: UInt8.self), &count,
                    plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(plaintext.count)) == 1)
        guard taken else { throw .fromLibrary("EVP_EncryptUpdate") }
        let tag = sealed.baseAddress?.advanced(by: plaintext.count)
        guard EVP_EncryptFinal_ex(context, tag?.assumingMemoryBound(to: UInt8.self), &count) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagByteCount), tag) == 1
        else { throw .fromLibrary("EVP_EncryptFinal_ex") }
    }

    /// Decrypts what ``seal(_:nonce:additionalData:into:)`` made.
    /// - Parameter plaintext: 16 bytes shorter than `sealed`. Zeros when false is returned: nothing unauthenticated is handed out.
    /// - Returns: false when key, nonce, additional data or a single bit of `sealed` is another.
    public func open(
        _ sealed: UnsafeRawBufferPointer, nonce: [UInt8], additionalData: [UInt8], into plaintext: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) -> Bool {
        try check(nonce, plaintext: plaintext.count, sealed: sealed.count)
        let context = try makeContext()
        // A tag that does not match leaves an entry in this thread's error queue, which must not be taken for another call's reason.
        defer {
            EVP_CIPHER_CTX_free(context)
            ERR_clear_error()
        }
        guard EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), nil, key, nonce) == 1 else { throw .fromLibrary("EVP_DecryptInit_ex") }
        var count: Int32 = 0
        let taken =
            (additionalData.isEmpty || EVP_DecryptUpdate(context, nil, &count, additionalData, Int32(additionalData.count)) == 1)
            && (plaintext.isEmpty
                || EVP_DecryptUpdate(
                    context, plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self), &count,
                    sealed.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(plaintext.count)) == 1)
        guard taken else { throw .fromLibrary("EVP_DecryptUpdate") }
        let tag = UnsafeMutableRawPointer(mutating: sealed.baseAddress?.advanced(by: plaintext.count))
        guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagByteCount), tag) == 1 else {
            throw .fromLibrary("EVP_CIPHER_CTX_ctrl")
        }
        var rest: UInt8 = 0
        guard EVP_DecryptFinal_ex(context, &rest, &count) == 1 else {
            plaintext.initializeMemory(as: UInt8.self, repeating: 0)
            return false
        }
        return true
    }

    private var key: UnsafePointer<UInt8>? { secret.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) }

    private func makeContext() throws(CryptoError) -> OpaquePointer {
        guard let context = EVP_CIPHER_CTX_new() else { throw .fromLibrary("EVP_CIPHER_CTX_new") }
        return context
    }

    private func check(_ nonce: [UInt8], plaintext: Int, sealed: Int) throws(CryptoError) {
        guard nonce.count == Self.nonceByteCount else {
            throw .wrongLength(what: "a GCM nonce", expected: Self.nonceByteCount, got: nonce.count)
        }
        guard sealed == plaintext + Self.tagByteCount, Int32(exactly: sealed) != nil else {
            throw .wrongLength(what: "a sealed message", expected: plaintext + Self.tagByteCount, got: sealed)
        }
    }
}

extension AES256GCM {
    /// - Returns: ciphertext and tag.
    public func seal(_ plaintext: [UInt8], nonce: [UInt8], additionalData: [UInt8] = []) throws(CryptoError) -> [UInt8] {
        var sealed = [UInt8](repeating: 0, count: plaintext.count + Self.tagByteCount)
        try bridged {
            try plaintext.withUnsafeBytes { source in
                try sealed.withUnsafeMutableBytes { try seal(source, nonce: nonce, additionalData: additionalData, into: $0) }
            }
        }
        return sealed
    }

    /// - Returns: nil when it does not authenticate.
    public func open(_ sealed: [UInt8], nonce: [UInt8], additionalData: [UInt8] = []) throws(CryptoError) -> [UInt8]? {
        guard sealed.count >= Self.tagByteCount else { return nil }
        var plaintext = [UInt8](repeating: 0, count: sealed.count - Self.tagByteCount)
        let isAuthentic = try bridged {
            try sealed.withUnsafeBytes { source in
                try plaintext.withUnsafeMutableBytes { try open(source, nonce: nonce, additionalData: additionalData, into: $0) }
            }
        }
        return isAuthentic ? plaintext : nil
    }

    /// The standard library's `withUnsafe…` lose the type of what is thrown.
    private func bridged<Result>(_ body: () throws -> Result) throws(CryptoError) -> Result {
        do { return try body() } catch let error as CryptoError { throw error } catch {
            throw .libraryFailure(function: "AES-256-GCM", reason: "\(error)")
        }
    }
}
