import Foundation

/// A GGUF file of a few hundred bytes that passes the node's checks. What it says in words is what the scripted engine does
/// (`Tests/Fixtures/scripted-engine.py`); no byte of it is above 127, so that the engine can read it as text.
public enum TestModel {
    public static func bytes(script: String = "", name: String = "scripted") -> [UInt8] {
        var bytes = Array("GGUF".utf8)
        func append(_ number: some FixedWidthInteger) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
        func append(_ text: String) {
            append(UInt64(text.utf8.count))
            bytes += text.utf8
        }
        func entry(_ key: String, _ value: String) {
            append(key)
            append(UInt32(8))
            append(value)
        }
        func entry(_ key: String, number: UInt32) {
            append(key)
            append(UInt32(4))
            append(number)
        }
        append(UInt32(3))
        append(UInt64(1))
        append(UInt64(6))
        entry("general.architecture", "llama")
        entry("general.name", name)
        entry("general.description", " \(script) ")
        entry("llama.context_length", number: 4096)
        entry("tokenizer.ggml.model", "gpt2")
        entry("tokenizer.chat_template", "{{ messages }}")
        append("norm.weight")
        append(UInt32(1))
        append(UInt64(64))
        append(UInt32(0))
        append(UInt64(0))
        while !bytes.count.isMultiple(of: 32) { bytes.append(0) }
        return bytes + [UInt8](repeating: 0x41, count: 256)
    }
}
