import Foundation
import HoldfastFuzzing

/// libFuzzer's way in: HOLDFAST_FUZZ_TARGET names what is fuzzed. With HOLDFAST_FUZZ_SEEDS=DIR the inputs that code makes are written there, and
/// the process ends.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutablePointer<CInt>, _ arguments: OpaquePointer) -> CInt {
    guard let folder = ProcessInfo.processInfo.environment["HOLDFAST_FUZZ_SEEDS"] else { return 0 }
    do {
        for (number, seed) in try Chosen.target.seeds().enumerated() { try Data(seed).write(to: URL(filePath: "\(folder)/seed-\(number)")) }
        exit(0)
    } catch { fatalError("\(error)") }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try Chosen.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
    } catch {
        // libFuzzer keeps the input of a process that ends so.
        fatalError("\(error)")
    }
    return 0
}

private enum Chosen {
    static let name = ProcessInfo.processInfo.environment["HOLDFAST_FUZZ_TARGET"] ?? ""

    static let target: FuzzTarget = {
        guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
            fatalError("HOLDFAST_FUZZ_TARGET must be http or one of \(FuzzTarget.all.map(\.name))")
        }
        return target
    }()

    static let node: FuzzNode = {
        do { return try FuzzNode() } catch { fatalError("\(error)") }
    }()

    static func check(_ input: [UInt8]) throws {
        if name == HTTPFuzz.name { return try node.check(input) }
        try target.check(input)
    }
}
