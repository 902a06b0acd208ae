/// The last bytes of an engine's standard error, and how many there were in all.
struct StderrTail: Sendable {
    static let capacity = 8 << 10

    private var bytes: [UInt8] = []
    private(set) var total = 0

    mutating func append(_ new: UnsafeRawBufferPointer) {
        total += new.count
        bytes.append(contentsOf: new.suffix(Self.capacity))
        if bytes.count > Self.capacity { bytes.removeFirst(bytes.count - Self.capacity) }
    }

    /// Broken UTF-8 is replaced and control characters other than line ends are dropped: the text goes to logs and terminals.
    var text: String {
        let printable = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { $0 == "\n" || $0.value >= 32 && $0.value != 127 }
        // A replacement takes more bytes than what it replaces.
        return String(String.UnicodeScalarView(printable.suffix(Self.capacity / 4 * 3)))
    }
}
