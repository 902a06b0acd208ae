import CFuzzer
import Foundation
import HoldfastFuzzing

/// libFuzzer over the target that HOLDFAST_FUZZ_TARGET names; its arguments are libFuzzer's. With HOLDFAST_FUZZ_SEEDS=DIR the inputs that code
/// makes are written there, and that is all.
@main enum HoldfastFuzz {
    static func main() throws {
        if let folder = ProcessInfo.processInfo.environment["HOLDFAST_FUZZ_SEEDS"] {
            for (number, seed) in try target.seeds().enumerated() { try Data(seed).write(to: URL(filePath: "\(folder)/seed-\(number)")) }
            return
        }
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        let status = LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
            do {
                try HoldfastFuzz.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
            } catch {
                // libFuzzer keeps the input of a process that ends so.
                fatalError("\(error)")
            }
            return 0
        }
        exit(status)
    }

    private static let name = ProcessInfo.processInfo.environment["HOLDFAST_FUZZ_TARGET"] ?? ""

    private static let target: FuzzTarget = {
        guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
            fatalError("HOLDFAST_FUZZ_TARGET must be http or one of \(FuzzTarget.all.map(\.name))")
        }
        return target
    }()

    private static let node: FuzzNode = {
        do { return try FuzzNode() } catch { fatalError("\(error)") }
    }()

    private static func check(_ input: [UInt8]) throws {
        if name == HTTPFuzz.name { return try node.check(input) }
        try target.check(input)
    }
}
