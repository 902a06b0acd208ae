import HoldfastTestSupport
import Synchronization

@testable import HoldfastStore

extension CrashHistory {
    /// After a failure of the disk: the running store recovers as the daemon makes it, sometimes on a disk that refuses that as well, or the
    /// process ends and is started again.
    func mend() async {
        for _ in 0..<pick({ Int.random(in: 0...2, using: &$0) }) {
            if pick({ Int.random(in: 0..<3, using: &$0) }) == 0 { arm(pick(Self.faultOfRecovery)) }
            let start = disk.position
            var succeeded = false
            do { succeeded = try await store.recover() } catch { count(error) }
            let range = start..<disk.position
            recoveries.withLock { [succeeded] in $0.append((range, succeeded)) }
            if succeeded { return }
        }
        await kill()
    }

    /// One request of those a recovery makes.
    private static func faultOfRecovery(_ random: inout SplitMix64) -> DiskFault {
        let after = Int.random(in: 0..<4, using: &random)
        let faults = [
            DiskFault(.write, of: ".copy", after: Int.random(in: 0..<40, using: &random), result: 778, leavesHalf: true),
            DiskFault(.write, of: ".copy", after: Int.random(in: 0..<40, using: &random), result: 13),
            DiskFault(.sync, of: ".copy", after: after % 2, result: 1034),
            DiskFault(.sync, of: "", after: after, result: 1034),
            DiskFault(.delete, of: "", after: after, result: 2570),
            DiskFault(.rename, of: "", after: after % 2, result: 2570),
        ]
        return faults.randomElement(using: &random) ?? faults[0]
    }
}
