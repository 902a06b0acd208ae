import FoundationEssentials

/// What this machine computes with, in words: two machines that read the same compute at the same speed, as far as settings can tell.
///
/// `AMD EPYC 7B13, 2 cores, 24 GiB, avx avx2 bmi2 f16c fma`.
public struct Hardware: Sendable, Equatable, CustomStringConvertible {
    /// Instruction sets for which llama.cpp has code of its own, by the names of /proc/cpuinfo on x86 and on Arm.
    private static let relevant: Set<String> = [
        "sse4_2", "avx", "avx2", "avx_vnni", "avxvnni", "bmi2", "f16c", "fma", "avx512f", "avx512bw", "avx512vbmi", "avx512_vnni",
        "avx512_bf16", "amx_int8", "amx_tile", "amx_bf16", "asimd", "asimdhp", "asimddp", "asimdfhm", "bf16", "i8mm", "sve", "sve2", "sme",
        "sme2",
    ]

    public var processor: String
    /// Those this process may use.
    public var cores: Int
    /// Rounded up to whole GiB: a new kernel keeps a little more or less for itself.
    public var memoryGiB: Int64
    public var instructionSets: [String]

    public var description: String {
        let words = [processor, "\(cores) core\(cores == 1 ? "" : "s")", "\(memoryGiB) GiB", instructionSets.joined(separator: " ")]
        return words.filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// The machine this runs on.
    public static func current() -> Hardware {
        func text(_ path: String) -> String {
            (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        return Hardware(
            processors: text("/proc/cpuinfo"), memory: text("/proc/meminfo"), cores: cores(status: text("/proc/self/status")))
    }

    /// - Parameters:
    ///   - processors: the text of /proc/cpuinfo.
    ///   - memory: the text of /proc/meminfo.
    init(processors: String, memory: String, cores: Int) {
        var fields: [String: String] = [:]
        for line in processors.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let name = Self.words(parts[0])
            // The first of the cores stands for all.
            if fields[name] == nil { fields[name] = Self.words(parts[1]) }
        }
        let arm = ["CPU implementer", "CPU part", "CPU revision"].compactMap { fields[$0] }.joined(separator: " ")
        processor = fields["model name"] ?? (arm.isEmpty ? "unknown processor" : "Arm \(arm)")
        let flags = Set((fields["flags"] ?? fields["Features"] ?? "").split(separator: " ").map(String.init))
        instructionSets = flags.intersection(Self.relevant).sorted()
        self.cores = cores
        let total = memory.split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
        let kilobytes = total?.split(separator: " ").dropFirst().first.flatMap { Int64($0) } ?? 0
        memoryGiB = (kilobytes + (1 << 20) - 1) >> 20
    }

    /// With single spaces.
    private static func words(_ text: some StringProtocol) -> String { text.split { $0 == " " || $0 == "\t" }.joined(separator: " ") }

    /// How many processors a process may run on.
    /// - Parameter status: the text of /proc/PID/status, where `Cpus_allowed` is a hexadecimal mask with commas.
    static func cores(status: String) -> Int {
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
        let mask = line?.split(separator: "\t").last ?? "1"
        return max(1, mask.compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount })
    }
}
