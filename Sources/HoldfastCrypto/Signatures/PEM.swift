import COpenSSL

/// The textual encoding of RFC 7468, strictly: one block of one label, nothing else.
///
/// Read here and not by libcrypto's `PEM_read_bio`, which also takes encrypted blocks and then asks for a password on the terminal.
enum PEM {
    /// - Returns: the bytes inside; nil for any other label, for text around the block or for what is not base 64.
    static func decode(_ text: String, label: String) -> [UInt8]? {
        var lines = text.split(whereSeparator: \.isNewline).map { $0.filter { $0 != " " && $0 != "\t" } }
        let wanted = label.filter { $0 != " " }
        guard lines.count > 2, lines.removeFirst() == "-----BEGIN\(wanted)-----", lines.removeLast() == "-----END\(wanted)-----" else {
            return nil
        }
        let body = Array(lines.joined().utf8)
        guard !body.isEmpty, body.count % 4 == 0, body.count < 1 << 20 else { return nil }
        defer { ERR_clear_error() }
        var bytes = [UInt8](repeating: 0, count: body.count / 4 * 3)
        guard EVP_DecodeBlock(&bytes, body, Int32(body.count)) == Int32(bytes.count) else { return nil }
        // EVP_DecodeBlock counts padding as zero bytes.
        return bytes.dropLast(body.suffix(2).count { $0 == UInt8(ascii: "=") })
    }
}
