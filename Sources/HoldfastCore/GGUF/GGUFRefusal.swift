/// What is wrong with a file, always with the field and where it stands.
enum GGUFRefusal {
    /// - Parameters:
    ///   - field: a name from the GGUF specification, or a key or tensor name of the file that was checked or passed through ``printable(_:)``.
    ///   - offset: bytes from the start of the file to the field's first byte.
    ///   - why: continues the sentence that starts with the field.
    static func error(_ field: String, at offset: UInt64, _ why: String) -> HoldfastError {
        HoldfastError(
            .modelInvalid, "Not a usable GGUF model at byte \(offset): \(field) \(why).",
            hint: "compare the file's size and SHA-256 with its source, then run holdfast model add again")
    }

    /// Text from a file, fit for a terminal: no control characters, at most 80 characters.
    static func printable(_ text: some StringProtocol) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(80).map { isControl($0) ? "?" : $0 }))
    }

    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
