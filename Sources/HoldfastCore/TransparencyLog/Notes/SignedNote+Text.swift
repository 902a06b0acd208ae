extension SignedNote {
    private static let dash = "\u{2014} "

    /// The note as it is stored and sent.
    public var encoded: String {
        var note = text + "\n"
        for signature in signatures {
            let keyID = withUnsafeBytes(of: signature.keyID.bigEndian) { Array($0) }
            note += "\(Self.dash)\(signature.name) \(StrictBase64.encode(keyID + signature.bytes))\n"
        }
        return note
    }

    /// Reads ``encoded``.
    /// - Throws: ``HoldfastError`` `audit_broken` for bytes that are not UTF-8, a control character, no signature or more than
    ///   ``maximumSignatures``, a malformed signature line, or more than ``maximumByteCount`` bytes.
    public init(parsing bytes: some Collection<UInt8>) throws {
        let newline = UInt8(ascii: "\n")
        guard bytes.count <= Self.maximumByteCount else { throw Self.refuse("it is longer than \(Self.maximumByteCount) bytes") }
        let bytes = Array(bytes)
        guard String(validating: bytes, as: UTF8.self) != nil else { throw Self.refuse("it is not UTF-8") }
        guard bytes.last == newline else { throw Self.refuse("it does not end with a newline") }
        // Text and signatures part at the last empty line: the text may have such lines itself.
        guard let blank = bytes.indices.dropFirst().last(where: { bytes[$0] == newline && bytes[$0 - 1] == newline }) else {
            throw Self.refuse("no empty line parts text and signatures")
        }
        let lines = bytes[(blank + 1)...].dropLast().split(separator: newline, omittingEmptySubsequences: false)
        guard lines.count <= Self.maximumSignatures else {
            throw Self.refuse("it has \(lines.count) signatures, not 1 to \(Self.maximumSignatures)")
        }
        try self.init(text: String(decoding: bytes[..<blank], as: UTF8.self), signatures: lines.map { try Self.signature(line: $0) })
    }

    private static func signature(line: ArraySlice<UInt8>) throws -> Signature {
        guard line.starts(with: dash.utf8) else { throw refuse("a signature line does not begin with a dash and a space") }
        let parts = line.dropFirst(dash.utf8.count).split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw refuse("a signature line is not a name and a signature") }
        guard let bytes = StrictBase64.decode(parts[1]), bytes.count > 4 else {
            throw refuse("a signature is not base 64 of more than four bytes")
        }
        let keyID = bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        return Signature(name: String(decoding: parts[0], as: UTF8.self), keyID: keyID, bytes: Array(bytes.dropFirst(4)))
    }
}
