import Foundation
import HoldfastNode
import HoldfastTestSupport
import Synchronization

/// A node within this process, so that a fuzzer sees which of its code each request reaches.
public final class FuzzNode: Sendable {
    private let fuzz: HTTPFuzz
    private let count = Mutex(0)

    /// Starts it and waits until it serves.
    public init() throws {
        let folder = try TemporaryFolder.make()
        setenv("HOLDFAST_ENGINE_PATH", "/nonexistent/llama-server", 1)
        let arguments = ["--state", folder + "/state", "--runtime", folder + "/run"]
        Task.detached { await DaemonProgram.run(arguments) }
        fuzz = HTTPFuzz(api: folder + "/run/api.sock", admin: folder + "/run/admin.sock")
        // This thread is libFuzzer's own, and has nothing else to do.
        for _ in 0..<600 {
            if (try? fuzz.checkAlive()) != nil { return }
            usleep(100_000)
        }
        throw TestFailure("the node does not serve after a minute")
    }

    public func check(_ input: [UInt8]) throws {
        try fuzz.check(input)
        let isDue = count.withLock { count in
            count += 1
            return count.isMultiple(of: 100)
        }
        if isDue { try fuzz.checkAlive() }
    }
}
