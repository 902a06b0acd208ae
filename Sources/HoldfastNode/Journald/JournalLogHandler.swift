import CDispatch
import Foundation
import Glibc
import Logging

/// The daemon's own log as structured entries of systemd's journal, where standard error goes there anyway: each piece of metadata is a field,
/// `HOLDFAST_MODEL`, `HOLDFAST_REQUEST`, so that `holdfast logs --request ID` finds what belongs together.
///
/// What the journal does not take goes to standard error, as it would have without this.
struct JournalLogHandler: LogHandler {
    /// Of every line of the daemon's log: `journalctl MESSAGE_ID=…`. Mirrored audit records have another.
    static let messageID = "0e8f8c7f6a3b4c7d9e1a52b6d4f0c3a1"
    private static let longest = 16 << 10

    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel = Logger.Level.info
    private let label: String
    private let socket: JournalSocket
    private let other: StreamLogHandler

    init(label: String, socket: JournalSocket) {
        self.label = label
        self.socket = socket
        other = StreamLogHandler.standardError(label: label)
    }

    /// - Returns: nil where standard error is not the journal's: `$JOURNAL_STREAM` names its device and inode (systemd.exec(5)).
    static func connectedSocket(environment: [String: String], path: String = JournalSocket.standardPath) -> JournalSocket? {
        var status = stat()
        guard let stream = environment["JOURNAL_STREAM"], fstat(STDERR_FILENO, &status) == 0,
            stream == "\(status.st_dev):\(status.st_ino)"
        else { return nil }
        return JournalSocket(path: path)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }.merging(event.metadata ?? [:]) { $1 }
        let fields = Self.fields(label, event.level, "\(event.message)", all)
        guard socket.send(JournalFields.encode(fields)) != .done else { return }
        other.log(event: event)
    }

    static func fields(
        _ label: String, _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata
    ) -> [(name: String, value: String)] {
        let pairs = metadata.sorted { $0.key < $1.key }.map { (key: $0.key, value: "\($0.value)") }
        let text = pairs.isEmpty ? message : message + ": " + pairs.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        let fields = [
            ("MESSAGE", text), ("MESSAGE_ID", messageID), ("PRIORITY", priority(level)), ("SYSLOG_IDENTIFIER", label),
            ("HOLDFAST_EVENT", message),
        ]
        return (fields + pairs.map { ("HOLDFAST_" + fieldName($0.key), $0.value) }).map { name, value in
            (name, String(decoding: Array(value.utf8).prefix(longest), as: UTF8.self))
        }
    }

    /// Capital letters, digits and underscores are what the journal takes.
    private static func fieldName(_ key: String) -> String {
        String(
            key.uppercased().unicodeScalars.prefix(48).map { scalar in
                ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "_"
            })
    }

    /// As syslog counts.
    private static func priority(_ level: Logger.Level) -> String {
        switch level {
        case .critical: "2"
        case .error: "3"
        case .warning: "4"
        case .notice: "5"
        case .info: "6"
        case .debug, .trace: "7"
        }
    }
}
