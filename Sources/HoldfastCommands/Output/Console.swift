import Glibc

/// Where a command writes: stdout for what was asked, stderr for everything about it.
struct Console: Sendable {
    let output: any TextSink
    let errors: any TextSink

    static func standard(environment: [String: String]) -> Console {
        Console(
            output: FileDescriptorSink(STDOUT_FILENO, environment: environment),
            errors: FileDescriptorSink(STDERR_FILENO, environment: environment))
    }

    /// - Throws: ``BrokenPipe``, which ends the command as a success.
    func print(_ text: String) throws { try output.write(text + "\n") }

    /// For a command that must go on, or whose status is the answer: a reader that has gone changes neither.
    func state(_ text: String) throws {
        do { try print(text) } catch is BrokenPipe {}
    }

    /// Something beside the answer. Whether anybody reads stderr never changes what a command does.
    func note(_ text: String) { try? errors.write(text + "\n") }
}

protocol TextSink: Sendable {
    var isTerminal: Bool { get }
    var style: Style { get }
    func write(_ text: String) throws
}

/// The reader of our output has gone; what it read was all it wanted, so this is success.
struct BrokenPipe: Error {}

struct FileDescriptorSink: TextSink {
    private let descriptor: Int32
    let isTerminal: Bool
    let style: Style

    init(_ descriptor: Int32, environment: [String: String]) {
        self.descriptor = descriptor
        self.isTerminal = isatty(descriptor) == 1
        self.style = Style(isTerminal: isTerminal, environment: environment)
    }

    /// - Throws: ``BrokenPipe``, or ``SystemError`` for a full disk and the like.
    func write(_ text: String) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                throw BrokenPipe()
            } else if errno != EINTR {
                throw SystemError.current("write the output")
            }
        }
    }
}
