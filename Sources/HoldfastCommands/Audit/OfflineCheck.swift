import Glibc
import HoldfastCore

/// Checks what somebody was given, with the verifier key alone: no node, no state directory.
struct OfflineCheck {
    private let console: Console
    private let json: Bool

    init(_ console: Console, json: Bool) {
        self.console = console
        self.json = json
    }

    /// - Throws: ``HoldfastError`` `file_unreadable`.
    func export(_ path: String, keys: [NoteVerifierKey]) throws -> CommandStatus {
        var verifier = ExportVerifier(keys: keys)
        try FileBytes.forEach(path) { verifier.read($0) }
        let found = verifier.finish()
        let body = ExportCheckBody(found)
        try console.state(json ? JSONText.pretty(encoding: body) : body.sentences(style: console.output.style))
        return found.holds ? .success : .auditBroken
    }

    /// - Throws: ``HoldfastError`` `file_unreadable`; `audit_broken` when it does not hold.
    func proof(_ path: String, of record: String, keys: [NoteVerifierKey]) throws -> CommandStatus {
        let proof = try InclusionProofFile(parsing: SmallFile.read(path, limit: 2 * SignedNote.maximumByteCount))
        var bytes = try SmallFile.read(record, limit: 2 * AuditRecord.maximumBytes)
        // An editor's last line break is not the record's: canonical JSON has none.
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        let origin = keys.first?.name ?? ""
        let checkpoint = try proof.verify(record: bytes, origin: origin, keys: keys)
        let body = ProofCheckBody(holds: true, origin: checkpoint.origin, index: proof.index, checkpointSize: checkpoint.size)
        try console.state(json ? JSONText.pretty(encoding: body) : body.sentence(style: console.output.style))
        return .success
    }

    /// - Parameter key: the log's, as somebody kept it; nil takes the one on the paper, and says what that is worth.
    /// - Throws: ``HoldfastError`` `file_unreadable`; `audit_broken` when it does not hold.
    func lastRecord(_ path: String, key: String?) throws -> CommandStatus {
        let paper = try LastRecord(parsing: SmallFile.read(path, limit: 2 * SignedNote.maximumByteCount))
        let checkpoint = try paper.verify(keys: [try key.map { try NoteVerifierKey(parsing: $0) } ?? paper.key])
        if key == nil {
            console.note("The key is the one on the paper itself: \(paper.key.text). With --key the check is independent of it.")
        }
        let body = ProofCheckBody(holds: true, origin: checkpoint.origin, index: paper.proof.index, checkpointSize: checkpoint.size)
        try console.state(json ? JSONText.pretty(encoding: body) : body.sentence(style: console.output.style))
        if !json { try console.state(TerminalText.clean(paper.record)) }
        return .success
    }
}

/// A file in pieces, whatever its length.
enum FileBytes {
    static func forEach(_ path: String, _ body: (ArraySlice<UInt8>) throws -> Void) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return }
            if count > 0 { try body(buffer[..<count]) } else if errno != EINTR { throw failure(path) }
        }
    }

    private static func failure(_ path: String) -> HoldfastError {
        HoldfastError(.fileUnreadable, "Cannot read \(path): \(SystemError.reason(errno)).", hint: "ls -l \(path)")
    }
}
