/// The rules for a key's name in c2sp.org/signed-note: not empty, no Unicode space, no `+`, no control character.
enum NoteKeyName {
    static func isValid(_ name: String) -> Bool {
        !name.isEmpty && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20 }
    }

    /// Names are bytes: Swift's `==` on strings would take two spellings of `é` for one name.
    static func same(_ first: String, _ second: String) -> Bool {
        first.utf8.elementsEqual(second.utf8)
    }
}
