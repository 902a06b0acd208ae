import Glibc
import HoldfastStore

/// Verifying a blob of 512 MiB in the page cache, beside `openssl dgst -sha256` of the same file.
enum Hashing {
    private static let size = 512 << 20

    static func run(_ context: BenchContext) async throws -> [Row] {
        let store = try NodeStore.open(StoreOptions(stateDirectory: context.disk.path + "/hash"))
        let staged = try store.blobs.stage(expectedSize: Int64(size))
        var noise = Noise(seed: 1)
        for _ in 0..<size >> 20 { try await staged.append(noise.bytes(1 << 20)) }
        let digest = try await staged.finish()
        _ = try staged.publish()
        let path = store.blobs.path(of: digest)
        try Child.run(["openssl", "dgst", "-sha256", path])
        var pairs: [(ours: Double, baseline: Double)] = []
        for round in 0..<context.rounds(9) {
            func verify() throws -> Double {
                try Clock.time {
                    guard case .ok = try store.blobs.verify(digest) else { throw BenchError("the blob does not verify") }
                }
            }
            func openssl() throws -> Double { try Child.run(["openssl", "dgst", "-sha256", path]) }
            let (ours, baseline) = round % 2 == 0 ? (try verify(), try openssl()) : swapped(try openssl(), try verify())
            pairs.append((rate(ours), rate(baseline)))
        }
        await store.close()
        return [.pairs("hash", "verifying a blob of 512 MiB", unit: "MB/s", beside: "openssl dgst -sha256", pairs, goal: 0.95)]
    }

    private static func swapped(_ first: Double, _ second: Double) -> (Double, Double) { (second, first) }
    private static func rate(_ seconds: Double) -> Double { Double(size) / 1e6 / seconds }
}
