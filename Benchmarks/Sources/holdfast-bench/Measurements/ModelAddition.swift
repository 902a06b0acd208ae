import Glibc

/// `holdfast model add` of a file of 512 MiB in the page cache, beside copying it, bringing the copy to the disk and hashing it.
enum ModelAddition {
    static func run(_ context: BenchContext) async throws -> [Row] {
        let (file, copy) = (context.disk.path + "/model.gguf", context.disk.path + "/copy.gguf")
        try SyntheticGGUF.write(to: file)
        let hash = try fasterHash(file)
        let node = try context.node()
        var pairs: [(ours: Double, baseline: Double)] = []
        for round in 0..<context.rounds(6) {
            // Another content each time, or the node would find that it has the file.
            try SyntheticGGUF.change(file, round: round)
            func add() throws -> Double { try node.holdfast("model", "add", file, "--name", "bench:\(round)") }
            func plain() throws -> Double {
                try Child.run(["cp", file, copy]) + Child.run(["sync", copy]) + Child.run(hash + [copy])
            }
            let (ours, baseline): (Double, Double)
            if round % 2 == 0 {
                ours = try add()
                baseline = try plain()
            } else {
                baseline = try plain()
                ours = try add()
            }
            pairs.append((rate(ours), rate(baseline)))
            // Neither side starts with the other's pages to be written, nor on a fuller disk.
            try node.holdfast("model", "remove", "bench:\(round)")
            try node.holdfast("model", "prune")
            unlink(copy)
            sync()
        }
        var row = Row.pairs("model_add", "model add, 512 MiB", unit: "MB/s", beside: "cp, sync, \(hash[0])", pairs, goal: 0.9)
        row.details = ["bytes": Double(SyntheticGGUF.size)]
        return [row]
    }

    private static func fasterHash(_ file: String) throws -> [String] {
        let candidates = [["openssl", "dgst", "-sha256"], ["sha256sum"]]
        let times = try candidates.map { words in
            try Child.run(words + [file])
            return try Child.run(words + [file])
        }
        return times[0] <= times[1] ? candidates[0] : candidates[1]
    }

    private static func rate(_ seconds: Double) -> Double { Double(SyntheticGGUF.size) / 1e6 / seconds }
}
