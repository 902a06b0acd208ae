import HoldfastAPI
import HoldfastStore
import Logging
import ServiceLifecycle
import Synchronization

/// Sends a line for each durable audit record to the journal. It reads behind the log and is waited for by nobody: what the journal does not
/// take in time is counted and left out, for the log itself has it.
final class JournalMirror: Service {
    private struct Progress {
        /// Index of the next record.
        var next: Int64
        var counts = StatusBody.Journald(sent: 0, dropped: 0)
        var isRefused = false
    }

    /// Records the mirror may be behind; older ones are left out.
    static let backlog: Int64 = 10_000
    /// How long a full socket is waited for, in all, for one page of records.
    private static let patience = 100
    private static let page = 256

    private let log: AuditLog
    private let socket: JournalSocket
    private let logger: Logger
    private let progress: Mutex<Progress>

    init(log: AuditLog, socket: JournalSocket, logger: Logger) {
        self.log = log
        self.socket = socket
        self.logger = logger
        progress = Mutex(Progress(next: log.size))
    }

    var counts: StatusBody.Journald { progress.withLock { $0.counts } }

    func run() async throws {
        try? await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                await forward(upTo: try await log.waitForSize(greaterThan: progress.withLock { $0.next }))
            }
        }
    }

    /// The last records of a run.
    func finish() async { await forward(upTo: log.size) }

    private func forward(upTo size: Int64) async {
        progress.withLock { progress in
            let behind = size - progress.next - Self.backlog
            guard behind > 0 else { return }
            progress.next += behind
            progress.counts.dropped += behind
        }
        while case let next = progress.withLock({ $0.next }), next < size {
            let records: [StoredRecord]
            do {
                records = try await log.records(matching: AuditFilter(), after: next - 1, limit: Self.page)
            } catch {
                logger.error("audit records could not be read for the journal", metadata: ["error": "\(error)"])
                return skip(to: size)
            }
            guard let last = records.last else { return skip(to: size) }
            await send(records)
            progress.withLock { $0.next = last.index + 1 }
        }
    }

    private func send(_ records: [StoredRecord]) async {
        var pauses = 0
        for record in records {
            let datagram = JournalEntry(record).bytes
            var result = socket.send(datagram)
            while result == .full, pauses < Self.patience, !Task.isCancelled {
                pauses += 1
                try? await Task.sleep(for: .milliseconds(5))
                result = socket.send(datagram)
            }
            note(result)
        }
    }

    private func note(_ result: JournalSocket.Sent) {
        let isNew = progress.withLock { progress in
            if result == .done { progress.counts.sent += 1 } else { progress.counts.dropped += 1 }
            guard case .refused = result else {
                progress.isRefused = false
                return false
            }
            defer { progress.isRefused = true }
            return !progress.isRefused
        }
        guard isNew, case .refused(let code) = result else { return }
        logger.warning("the journal does not take audit records", metadata: ["socket": "\(socket.path)", "errno": "\(code)"])
    }

    private func skip(to size: Int64) {
        progress.withLock { progress in
            progress.counts.dropped += size - progress.next
            progress.next = size
        }
    }
}
