/// Finds what the trail does not say, reading it in its order: runs of the daemon that ended without stopping, clocks that went back,
/// numbers that are not there.
struct GapFinder: Sendable {
    /// Records are not written in the very order of their times: a request's is when it came in. Less than this is no step of the clock.
    static let toleranceMilliseconds: Int64 = 10_000

    private struct Last {
        var index: Int
        let record: AuditRecord
        /// Records after it are accounted for elsewhere.
        var isFollowed = false
    }

    private var last: Last?
    private var latestTime: Int64 = .min

    /// Records that are accounted for elsewhere end with this one.
    mutating func pass(_ index: Int) {
        guard let last, index > last.index else { return }
        self.last?.index = index
        self.last?.isFollowed = true
    }

    /// - Returns: the gaps that lie between the record before and this one, at the time of this one.
    mutating func look(_ index: Int, _ record: AuditRecord) -> [(operation: String, what: String)] {
        defer {
            last = Last(index: index, record: record)
            latestTime = record.time
        }
        guard let last else { return [] }
        var gaps: [(String, String)] = []
        let isNext = index == last.index + 1 && !last.isFollowed
        if index > last.index + 1 {
            gaps.append(("records missing", "Records \(last.index + 1) to \(index - 1) were not among those read for this report."))
        }
        if record.time < latestTime - Self.toleranceMilliseconds {
            gaps.append(
                (
                    "clock step",
                    "The clock went back by \(ReportText.duration(milliseconds: latestTime - record.time)), from \(ReportText.time(latestTime))."
                ))
        }
        if record.boot != last.record.boot {
            if last.record.operation != "node.stop", isNext {
                gaps.append(
                    (
                        "daemon ended",
                        "The daemon ended without stopping (killed, crashed or power lost); its last record is \(last.index), of \(ReportText.time(last.record.time))."
                    ))
            }
        } else if isNext, record.sequence != last.record.sequence + 1 {
            gaps.append(
                ("sequence", "Within one run of the daemon, number \(record.sequence) follows number \(last.record.sequence)."))
        }
        return gaps
    }
}
