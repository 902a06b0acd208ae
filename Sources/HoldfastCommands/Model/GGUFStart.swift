/// What can be said of a file by its first bytes, so that a wrong one is refused before gigabytes of it are sent. The node checks the rest.
enum GGUFStart {
    /// - Returns: why it cannot be GGUF; nil when it may be.
    static func refusal(of start: [UInt8]) -> String? {
        if start.starts(with: "GGUF".utf8) { return nil }
        if start.isEmpty { return "it is empty" }
        let known: [(start: [UInt8], what: String)] = [
            (Array("version https://git-lfs".utf8), "it is a Git LFS pointer, not the file itself; 'git lfs pull' fetches that"),
            (Array("<".utf8), "it looks like a web page, so the download went wrong"),
            (Array("PK".utf8), "it is a ZIP or PyTorch file, which must be converted first"),
            ([0x1f, 0x8b], "it is compressed with gzip; unpack it first"),
            ([0x28, 0xb5, 0x2f, 0xfd], "it is compressed with zstd; unpack it first"),
            ([0xfd, 0x37, 0x7a, 0x58, 0x5a], "it is compressed with xz; unpack it first"),
            (Array("ggjt".utf8), "it is in an old format of llama.cpp, which must be converted first"),
            (Array("tjgg".utf8), "it is in an old format of llama.cpp, which must be converted first"),
        ]
        if let match = known.first(where: { start.starts(with: $0.start) }) { return match.what }
        // safetensors: a length of eight bytes, then a JSON object.
        if start.count > 8, start[8] == UInt8(ascii: "{") { return "it looks like safetensors, which must be converted first" }
        return "it does not begin with the letters GGUF"
    }
}
