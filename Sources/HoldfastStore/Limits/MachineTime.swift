import Glibc

/// Where the machine is in its own life: which boot, and how long ago that was. No setting of a clock changes it.
public struct MachineTime: Sendable, Equatable {
    /// The kernel's name for this boot.
    public var boot: String
    /// Milliseconds since it, those asleep included.
    public var elapsed: Int64

    public init(boot: String, elapsed: Int64) {
        self.boot = boot
        self.elapsed = elapsed
    }

    public static let system: @Sendable () -> MachineTime = {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return MachineTime(boot: bootID, elapsed: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Empty where it cannot be read: then all boots are one, and their times since boot tell them apart well enough.
    private static let bootID: String = {
        let path = "/proc/sys/kernel/random/boot_id"
        guard let file = try? OpenFile(path, O_RDONLY, action: "read the boot's id") else { return "" }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = (try? bytes.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }) ?? 0
        return String(decoding: bytes[..<count].prefix { $0 > 32 }, as: UTF8.self)
    }()
}
