/// What daemon and supervisor say to each other on an engine's connection: one packet of a SOCK_SEQPACKET socket each, its first byte the
/// kind. Integers are little-endian.
///
/// The daemon sends one ``launch``, then ``signal``s; the supervisor answers ``refused``, or ``started``, then ``errors`` and ``report``s,
/// and at the end ``exited``. Whoever loses the other ends: the supervisor its engine and itself, the daemon its requests.
package enum LaunchMessage: Equatable, Sendable {
    /// A program of ours and its words; with it may come a descriptor of the model's file.
    case launch(Program, [String])
    /// To the engine and all it started.
    case signal(Int32)
    /// Its process id.
    case started(Int32)
    /// Bytes of its standard error.
    case errors([UInt8])
    case report(ProcessReport)
    /// The code it returned or the signal that ended it; how many processes the kernel had ended for want of memory meanwhile.
    case exited(signal: Int32, code: Int32, oomKills: UInt64)
    /// Nothing was started.
    case refused(String)

    /// What a supervisor starts: only what confines itself or what it runs.
    package enum Program: UInt8, Sendable {
        case confine = 1
        case checkModel = 2

        /// The executable's name; it is in the supervisor's own folder.
        package var name: String { self == .confine ? "holdfast-confine" : "holdfast-check-gguf" }
    }

    /// Changed with the meaning of a message: after an upgrade the two ends may be of two releases.
    package static let version: UInt8 = 1
    /// The most bytes of a packet.
    package static let maximumBytes = 64 << 10

    private enum Kind: UInt8 {
        case launch = 0x01
        case signal = 0x02
        case started = 0x11
        case errors = 0x12
        case report = 0x13
        case exited = 0x14
        case refused = 0x15
    }

    package var bytes: [UInt8] {
        func packet(_ kind: Kind, _ parts: [UInt8]...) -> [UInt8] { [kind.rawValue] + parts.joined() }
        func integer(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }
        switch self {
        case .launch(let program, let words):
            return packet(.launch, [Self.version, program.rawValue], words.flatMap { Array($0.utf8) + [0] })
        case .signal(let number): return packet(.signal, integer(number))
        case .started(let pid): return packet(.started, integer(pid))
        case .errors(let bytes): return packet(.errors, bytes)
        case .report(let report):
            return packet(
                .report, integer(report.cpuTicks), integer(report.residentBytes), integer(report.anonymousBytes), integer(report.peakBytes))
        case .exited(let signal, let code, let oomKills): return packet(.exited, integer(signal), integer(code), integer(oomKills))
        case .refused(let why): return packet(.refused, Array(why.utf8.prefix(4096)))
        }
    }

    /// - Returns: nil for what is no message of this version.
    package init?(bytes: some Collection<UInt8>) {
        guard let kind = bytes.first.flatMap(Kind.init) else { return nil }
        var reader = PacketReader(rest: Array(bytes.dropFirst()))
        switch kind {
        case .launch:
            guard reader.byte() == Self.version, let program = reader.byte().flatMap(Program.init), let words = reader.words() else {
                return nil
            }
            self = .launch(program, words)
        case .signal:
            guard let number: Int32 = reader.integer(), (1...64).contains(number) else { return nil }
            self = .signal(number)
        case .started:
            guard let pid: Int32 = reader.integer(), pid > 0 else { return nil }
            self = .started(pid)
        case .errors: self = .errors(Array(reader.takeRest()))
        case .report:
            guard let ticks: UInt64 = reader.integer(), let resident: Int64 = reader.integer(), let anonymous: Int64 = reader.integer(),
                let peak: Int64 = reader.integer(), resident >= 0, anonymous >= 0
            else { return nil }
            self = .report(ProcessReport(cpuTicks: ticks, residentBytes: resident, anonymousBytes: anonymous, peakBytes: peak))
        case .exited:
            guard let signal: Int32 = reader.integer(), let code: Int32 = reader.integer(), let kills: UInt64 = reader.integer() else {
                return nil
            }
            self = .exited(signal: signal, code: code, oomKills: kills)
        case .refused: self = .refused(String(decoding: reader.takeRest(), as: UTF8.self))
        }
        guard reader.isAtEnd else { return nil }
    }
}

private struct PacketReader {
    var rest: [UInt8]
    private var position = 0

    init(rest: [UInt8]) { self.rest = rest }

    var isAtEnd: Bool { position == rest.count }

    mutating func byte() -> UInt8? {
        guard position < rest.count else { return nil }
        defer { position += 1 }
        return rest[position]
    }

    mutating func integer<Value: FixedWidthInteger>() -> Value? {
        let size = MemoryLayout<Value>.size
        guard rest.count - position >= size else { return nil }
        defer { position += size }
        return rest[position..<position + size].reversed().reduce(Value.zero) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    }

    mutating func takeRest() -> ArraySlice<UInt8> {
        defer { position = rest.count }
        return rest[position...]
    }

    /// Each ended by a zero; broken UTF-8 is no word.
    mutating func words() -> [String]? {
        let bytes = takeRest()
        guard bytes.isEmpty || bytes.last == 0 else { return nil }
        var words: [String] = []
        for part in bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false) where !bytes.isEmpty {
            guard let word = String(validating: part, as: UTF8.self) else { return nil }
            words.append(word)
        }
        return words
    }
}
