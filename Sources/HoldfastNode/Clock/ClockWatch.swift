import Logging
import ServiceLifecycle

/// Says in log and audit trail when the machine's clock cannot be trusted, and when it can again.
struct ClockWatch: Service {
    let clock: NodeClock
    let events: DaemonEvents
    let logger: Logger
    var sleep: @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(5)) }

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var wasTrusted = true
            while true {
                let reading = clock.reading
                if reading.isTrusted != wasTrusted, await note(reading) { wasTrusted = reading.isTrusted }
                try await sleep()
            }
        }
    }

    /// - Returns: false when it could not be recorded, and is to be tried again.
    private func note(_ reading: NodeClock.Reading) async -> Bool {
        let times: Logger.Metadata = ["wall": "\(reading.wall)", "time": "\(reading.time)"]
        if reading.isTrusted {
            logger.notice("the clock is set", metadata: times)
        } else {
            logger.warning("the clock is not to be trusted: records have a time from the node's own counting, and say so", metadata: times)
        }
        let parameters = ["trusted": reading.isTrusted ? 1 : 0, "wall": reading.wall, "time": reading.time]
        return (try? await events.write("node.clock", parameters: parameters)) != nil
    }
}
